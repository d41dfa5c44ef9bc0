"""The pieces of many words as edges between positions: best paths by score (Unigram), or longest match (WordPiece)."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from lect.vocab.ragged_arrays import Ragged, ragged

_CODES = 1 << 21  # more than there are characters


class Lattice:
    """Where each word may hold which piece."""

    def __init__(self, pieces: Mapping[int, str], prefix: str, characters: Ragged) -> None:
        """Find the `pieces` (id → string) in words given as code points; those with `prefix` only inside of a word."""
        word = np.repeat(np.arange(len(characters.size), dtype=np.int32), characters.size)
        position = (np.arange(len(word)) - characters.first[word]).astype(np.int32)
        left = np.repeat(characters.size.astype(np.int32), characters.size) - position
        at, length, piece = _find(_Trie(pieces, prefix), characters.values, left, position)
        order = np.argsort(word[at], kind="stable")  # within a word, shorter pieces stay before longer ones
        at, self.length, self.piece = at[order], length[order], piece[order]
        self.start = position[at]
        self.edges = ragged(np.arange(len(at)), np.bincount(word[at], minlength=len(characters.size)))
        self.size = characters.size

    def cut(
        self, words: np.ndarray, without: np.ndarray, alive: np.ndarray, scores: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (row, piece) of all pieces of the rows, in order: word `words[i]` cut without `without[i]`.

        With `scores` (float64 [vocabulary]) the path with the highest sum is taken, without them the longest piece at
        each place. A row that cannot be cut has no pieces at all.
        """
        edges = self.edges.take(words)
        row = np.repeat(np.arange(len(words)), edges.size)
        there = alive[self.piece[edges.values]] & (self.piece[edges.values] != without[row])
        edge, row = edges.values[there], row[there]
        nodes = ragged(np.zeros(0, dtype=np.int64), self.size[words] + 1)
        start = nodes.first[row] + self.start[edge]
        end, first, last = start + self.length[edge], nodes.first, nodes.first + self.size[words]
        total = int(nodes.size.sum())
        if scores is None:
            step = np.full(total, -1)
            step[start] = np.arange(len(edge))  # of several the last one counts, which is the longest
            found, path = _walk(step, end, first, last)
        else:
            step = _best(start, end, self.start[edge] + self.length[edge], scores[self.piece[edge]], first, total)
            found, path = (part[::-1] for part in _walk(step, start, last, first))
        order = np.argsort(found, kind="stable")
        found, path = found[order], path[order]
        return found, self.piece[edge[path]]


def _best(
    start: np.ndarray, end: np.ndarray, level: np.ndarray, score: np.ndarray, first: np.ndarray, total: int
) -> np.ndarray:
    """Return for each node the edge by which the best path comes into it, -1 for none (Viterbi)."""
    order = np.argsort(level.astype(np.int16), kind="stable")
    bounds = np.flatnonzero(np.diff(level[order], prepend=-1, append=np.iinfo(np.int64).max))
    best, into = np.full(total, -np.inf), np.full(total, -1)
    best[first] = 0.0
    for one, other in pairwise(bounds.tolist()):  # every edge into a position comes from an earlier one
        edge = order[one:other]
        value, to = best[start[edge]] + score[edge], end[edge]
        np.maximum.at(best, to, value)
        wins = (value == best[to]) & (value > -np.inf)
        into[to[wins]] = edge[wins]
    return into


def _walk(step: np.ndarray, to: np.ndarray, begin: np.ndarray, goal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (row, edge) of the paths of `step` from `begin` to `goal`, row by row at once; none for broken paths."""
    row, node = np.arange(len(begin)), begin
    rows, edges = [row[:0]], [row[:0]]
    broken = np.zeros(len(begin), dtype=bool)
    while len(row):
        row, node = row[node != goal[row]], node[node != goal[row]]
        edge = step[node]
        broken[row[edge < 0]] = True
        row, edge = row[edge >= 0], edge[edge >= 0]
        rows.append(row)
        edges.append(edge)
        node = to[edge]
    found, path = np.concatenate(rows), np.concatenate(edges)
    return found[~broken[found]], path[~broken[found]]


class _Trie:
    """Pieces as a tree of characters, its branches as sorted numbers; root 0 begins a word, root 1 goes on with it."""

    def __init__(self, pieces: Mapping[int, str], prefix: str) -> None:
        branches: dict[int, int] = {}
        ends: dict[int, int] = {}
        for index, piece in pieces.items():
            inside = bool(prefix) and piece.startswith(prefix)
            node = int(inside)
            for character in piece[len(prefix) * inside :]:
                node = branches.setdefault(node * _CODES + ord(character), len(branches) + 2)
            ends[node] = index
        keys = np.fromiter(branches, dtype=np.int64, count=len(branches))
        order = np.argsort(keys)
        self.keys = np.append(keys[order], np.iinfo(np.int64).max)
        self.next = np.append(np.fromiter(branches.values(), dtype=np.int64, count=len(branches))[order], 0)
        self.ends = np.full(len(branches) + 2, -1, dtype=np.int32)
        self.ends[list(ends)] = list(ends.values())
        self.inner = int(bool(prefix))


def _find(
    trie: _Trie, characters: np.ndarray, left: np.ndarray, position: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (place, length, piece) of all pieces, shortest first; `left` says how long the word goes on from a place."""
    at = np.arange(len(characters), dtype=np.int32)
    node = np.where(position > 0, trie.inner, 0)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(at[:0],) * 3]
    depth = 0
    while len(at):
        keys = node * _CODES + characters[at + depth]
        place = np.searchsorted(trie.keys, keys)
        known = np.flatnonzero(trie.keys[place] == keys)
        at, node, depth = at[known], trie.next[place[known]], depth + 1
        ends = trie.ends[node]
        some = np.flatnonzero(ends >= 0)
        found.append((at[some], np.full(len(some), depth, dtype=np.int32), ends[some]))
        longer = np.flatnonzero(left[at] > depth)
        at, node = at[longer], node[longer]
    one, two, three = (np.concatenate(part) for part in zip(*found, strict=True))
    return one, two, three
