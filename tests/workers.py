"""How a run shares its tests out to its workers: a file each, the longest first.

What is dear to start (the browser with its processes) is used by one folder alone, which goes to
one worker whole. A pytest plugin (`-p tests.workers`) that does nothing without `-n`.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

WHOLE = ("tests/browser/",)
LONGEST = ("tests/browser/", "tests/stack/", "tests/admin/", "tests/chat/", "tests/answering/")


class SharingOut(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return next((folder for folder in WHOLE if file.startswith(folder)), file)

    def _assign_work_unit(self, node: Any) -> None:
        """A long file that comes last would keep one worker busy while the other has ended."""
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: Any) -> str | None:
        """A test that took its worker with it has failed: the next worker need not try it."""
        units = self.assigned_work[node]
        ended_in = next(
            ((unit, test) for unit in units.values() for test, done in unit.items() if not done),
            None,
        )
        if ended_in is None:
            super().remove_node(node)
            return None
        unit, test = ended_in
        unit[test] = True
        super().remove_node(node)
        return test


def _place(scope: str) -> int:
    for place, folder in enumerate(LONGEST):
        if scope.startswith(folder):
            return place
    return len(LONGEST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingOut:
    return SharingOut(config, log)
