#!/usr/bin/env bash
# Faroese, start to finish: two base models trained on the spot, diagnosed, adapted, proved. DATA is the folder of real data sets.
set -euo pipefail
DATA=${1:?usage: commands.sh DATA, the folder of the data sets named in README.md}
HERE=$(cd "$(dirname "$0")" && pwd)

python "$HERE/prepare.py" "$DATA" nordic.jsonl

# Base models of English, Icelandic and a little Danish, Norwegian and Swedish: no Faroese, no FLORES, no NTREX, no test part.
BASE_TEXT="$DATA/lm_text/eng.train.txt.gz $DATA/lm_text/isl.train.txt.gz nordic.jsonl"
lect pretrain --family decoder --size mini --vocabulary 12000 --budget 8MB --text $BASE_TEXT --out nordic-decoder
lect pretrain --family encoder --size tiny --vocabulary 12000 --tokenizer unigram --budget 14MB --text $BASE_TEXT --out nordic-encoder

TEXT="$DATA/lm_text/fao.train.txt.gz"
PARALLEL="$DATA/flores200/flores200_dev.tsv.gz" # for the premium only: nothing is trained on it
RETAIN="$DATA/lm_text/eng.valid.txt.gz $DATA/lm_text/isl.valid.txt.gz"

lect diagnose nordic-decoder --language fao --text $TEXT --parallel $PARALLEL
lect adapt nordic-decoder --language fao --text $TEXT --parallel $PARALLEL --retain $RETAIN --budget 2MB --seeds 3 --out fo-decoder
lect adapt nordic-encoder --language fao --text $TEXT --parallel $PARALLEL --retain $RETAIN --task "pos=$DATA/ud/fo_farpahc" \
    --budget 3MB --seeds 3 --out fo-encoder

# The first recipe, on the same encoder and text, at laptop scale.
lect recipe run average-subwords --scale laptop --model nordic-encoder --text $TEXT --out average-subwords-laptop
