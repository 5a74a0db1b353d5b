"""Counts in two directions, without the cells by which a single case could be told."""

from collections import defaultdict

FEWEST = 5  # a cell from 1 to 4 could point at somebody
FEW = "few"  # it stands for 1 to 4
HIDDEN = "hidden"  # any number: left out, so that no total gives another cell away


def guarded(cells):
    """Return {(row, column): number, FEW or HIDDEN} of counts, each place of the grid filled.

    Where a row or a column, whose total may be known, has just one cell left out, a further
    one is: the smallest that is not zero, else a zero. So no difference tells a small cell.
    """
    rows = sorted({row for row, _ in cells}, key=str)
    columns = sorted({column for _, column in cells}, key=str)
    told = {(row, column): cells.get((row, column), 0) for row in rows for column in columns}
    counts = dict(told)
    for place, many in counts.items():
        if 0 < many < FEWEST:
            told[place] = FEW
    while True:
        alone = _alone(told, rows, columns)
        if alone is None:
            return told
        told[min(alone, key=lambda place: (counts[place] == 0, counts[place], str(place)))] = HIDDEN


def _alone(told, rows, columns):
    """Return the cells that may be left out of the first line with just one left out, or None."""
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    for line in lines:
        shown = [place for place in line if isinstance(told[place], int)]
        if len(line) - len(shown) == 1 and shown:
            return shown
    return None


def totals(cells):
    """Return ({row: total}, {column: total}), guarded as cells are."""
    rows, columns = defaultdict(int), defaultdict(int)
    for (row, column), many in cells.items():
        rows[row] += many
        columns[column] += many
    return _told(rows), _told(columns)


def _told(sums):
    return {name: FEW if 0 < many < FEWEST else many for name, many in sums.items()}


def by_size(sums):
    """Return the names of guarded totals, the largest first; all small ones count alike."""
    size = {name: told if isinstance(told, int) else 1 for name, told in sums.items()}
    return sorted(sums, key=lambda name: (-size[name], str(name)))
