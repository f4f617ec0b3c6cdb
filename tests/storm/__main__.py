"""`python -m tests.storm`: many schedules, a tally of what broke, and the story of one."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.disks import no_waiting_for_disks
from tests.storm.google.schedule import GALE, ONLINE, ONLINE_ALONE, ONLINE_CALM, STILL, online_storm
from tests.storm.simulator import STORM, Outcome, Weather, storm

__all__ = ["ALONE", "CALM", "SHORT", "main", "tally"]

RULES = [f"I{number}" for number in range(1, 11)]
ALONE = Weather(events=50, workers=1)
SHORT = Weather(events=8, kill=0.05, old_copy=0.06, conflicted=0.08, workers=1, is_hasty=True)
"""As much is found in a second as by long ones, and more kinds of beginnings are tried."""
CALM = Weather(events=24, kill=0, old_copy=0, conflicted=0, lock=0, workers=1)


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 when anything broke."""
    parser = argparse.ArgumentParser("python -m tests.storm", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many schedules")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seconds", type=float, help="begin no schedule after so many")
    parser.add_argument("--files", action="store_true", help="real workbooks instead of memory")
    parser.add_argument("--calm", action="store_true", help="no faults, one sync at a time")
    parser.add_argument("--alone", action="store_true", help="one sync at a time, as the lease has it")
    parser.add_argument("--short", action="store_true", help="few events, and more goes wrong in them")
    parser.add_argument("--naive", action="store_true", help="the sync that one would write first")
    parser.add_argument(
        "--telling", action="store_true", help="a rule tells of each ticket, and is to do so once"
    )
    parser.add_argument("--one", type=int, metavar="SEED", help="the whole story of one schedule")
    parser.add_argument("--google", action="store_true", help="the main sheet stands at Google, a sandbox")
    parser.add_argument("--tagged", action="store_true", help="at Google: what is written carries tags")
    parser.add_argument("--a1", action="store_true", help="at Google: the sync that reads ids just before")
    parser.add_argument(
        "--kept", type=Path, default=Path("storm-seeds.txt"), help="where broken seeds are kept"
    )
    asked = parser.parse_args(arguments)
    no_waiting_for_disks()
    run = _schedule(asked)
    if asked.one is not None:
        outcome = run(asked.one)
        lines = [*outcome.story, *(f"{broken.rule}  {broken.text}" for broken in outcome.violations)]
        sys.stdout.write("\n".join(lines) + "\n")
        return int(bool(outcome.violations))
    seeds = range(asked.start, asked.start + asked.seeds)
    began, spent = time.monotonic(), time.process_time()
    in_time = partial(_in_time, run, began + asked.seconds if asked.seconds is not None else math.inf)
    if asked.jobs > 1:
        with ProcessPoolExecutor(asked.jobs) as pool:
            found = list(pool.map(in_time, seeds, chunksize=4))
    else:
        found = [in_time(seed) for seed in seeds]
    outcomes = [outcome for outcome in found if outcome is not None]
    each = (time.process_time() - spent) / max(len(outcomes), 1)
    told = f", {each:.2f} CPU-s a schedule" if asked.jobs == 1 else ""
    sys.stdout.write(tally(outcomes) + f"{time.monotonic() - began:.0f} s{told}\n")
    broken = [outcome for outcome in outcomes if outcome.violations]
    if broken and not (asked.naive or asked.a1):
        with asked.kept.open("a", encoding="utf-8") as file:
            kind = "google" if asked.google else "files" if asked.files else "memory"
            file.writelines(f"{kind} {outcome.seed} {_first(outcome)}\n" for outcome in broken)
    return int(bool(broken))


def _in_time(run: Callable[[int], Outcome], ends: float, seed: int) -> Outcome | None:
    """One schedule, unless it is later than `ends` by the clock that all processes share."""
    return run(seed) if time.monotonic() < ends else None


def _schedule(asked: argparse.Namespace) -> Callable[[int], Outcome]:
    """What runs one schedule as it was asked for."""
    if asked.google or asked.a1:
        weather = ONLINE_CALM if asked.calm else ONLINE_ALONE if asked.alone else ONLINE
        opponent = "a1" if asked.a1 else "naive" if asked.naive else ""
        wind = STILL if asked.calm else GALE
        return partial(online_storm, weather=weather, wind=wind, opponent=opponent, is_tagged=asked.tagged)
    weather = CALM if asked.calm else SHORT if asked.short else ALONE if asked.alone else STORM
    return partial(
        storm, weather=weather, on_files=asked.files, is_naive=asked.naive, is_telling=asked.telling
    )


def tally(outcomes: list[Outcome]) -> str:
    """What broke by rule, what happened, and each broken seed with its first breach."""
    rules = Counter(rule for outcome in outcomes for rule in {broken.rule for broken in outcome.violations})
    counts = sum((outcome.counts for outcome in outcomes), Counter[str]())
    broken = [outcome for outcome in outcomes if outcome.violations]
    lines = [f"{len(broken)} of {len(outcomes)} schedules violated"]
    lines.append("  ".join(f"{rule} {rules[rule]}" for rule in RULES))
    lines.append("  ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    lines += [f"  {outcome.seed}  {_first(outcome)}" for outcome in broken]
    return "\n".join(lines) + "\n"


def _first(outcome: Outcome) -> str:
    first = outcome.violations[0]
    return f"{first.rule}  {first.text[:200]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
