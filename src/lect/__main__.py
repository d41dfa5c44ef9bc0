"""`python -m lect`, which `accelerate launch -m lect …` also runs."""

from lect.cli import main

main()
