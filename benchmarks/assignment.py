"""What it costs to assign tickets and how even it comes out, beside OR-tools' min-cost flow.

    python -m benchmarks.assignment [--tickets 10000] [--people 50] [--rounds 3]

Twelve skills that people have at levels, part-time shares, absences; four weights. Both start from nothing
and serve the same tickets. The flow (the extra `bench`) is optimal for what it minimizes: loads of equal
tickets, as convex costs by share of time, then levels of skill; its graph is built by columns. The least
load that is possible at all is worked out by the minimum over every set of skills. A change is a ticket
whose owner is another after rows were shuffled; with one person absent, ours is asked as rules ask it, with
the absent one's tickets only. CPU seconds are the medians of the rounds, taken in turn; the ratios are of
one run: absolute seconds drift.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from sheetdesk.rules.assigning import Asked, assign
from sheetdesk.rules.team import Member, Team

SKILLS = tuple(f"skill-{number:02}" for number in range(12))
SHARES = (1.0, 1.0, 1.0, 0.8, 0.5)
WEIGHTS = {1.0: 50, 2.0: 30, 3.0: 15, 4.0: 5}
ABSENT = 0.06
LEVEL_COST = 10

Owners = dict[str, str]


@dataclass(frozen=True)
class Work:
    """What is to be assigned, and to whom."""

    tickets: Sequence[Asked]
    team: Team
    absent: frozenset[str]

    @property
    def there(self) -> list[Member]:
        return [member for member in self.team.members if member.name not in self.absent]

    def shuffled(self, seed: int) -> Work:
        rng = random.Random(seed)
        tickets, members = list(self.tickets), list(self.team.members)
        rng.shuffle(tickets)
        rng.shuffle(members)
        return replace(self, tickets=tickets, team=Team(tuple(members)))


def drawn(tickets: int, people: int) -> Work:
    """The same for the same numbers. Everybody knows three to six skills, some skills are asked for more."""
    rng = random.Random(7)
    members = tuple(
        Member(
            f"Person {number:03}",
            skills={skill: rng.randint(1, 5) for skill in rng.sample(SKILLS, rng.randint(3, 6))},
            share=rng.choice(SHARES),
        )
        for number in range(people)
    )
    often = [rng.uniform(0.5, 1.5) for _ in SKILLS]
    absent = frozenset(member.name for member in rng.sample(members, round(people * ABSENT)))
    known = {skill for member in members if member.name not in absent for skill in member.skills}
    served = [often[place] if skill in known else 0 for place, skill in enumerate(SKILLS)]
    asked = rng.choices(SKILLS, served, k=tickets)
    weights = rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=tickets)
    made = [
        Asked(f"T{number:06}", skill, weight, skill)
        for number, (skill, weight) in enumerate(zip(asked, weights, strict=True))
    ]
    return Work(made, Team(members), absent)


def ours(work: Work, loads: dict[str, float] | None = None) -> Owners:
    """Reasons are made and thrown away."""
    present = {member.name for member in work.team.members}
    return dict(assign(work.tickets, work.team, loads or {}, {}, present=present, absent=work.absent).owners)


def flow(work: Work) -> Owners:
    """Tickets → members → steps of a member's load, each dearer than the one before it.

    A step is a mean ticket: a flow cannot tell that one ticket fills more of it than another, so weights are
    evened by placing the tickets of each weight by themselves, on top of what the heavier ones filled.
    """
    members = work.there
    filled = np.zeros(len(members))
    owners: Owners = {}
    for weight in sorted(WEIGHTS, reverse=True):
        tickets = [ticket for ticket in work.tickets if ticket.weight == weight]
        if tickets:
            found = _flow(tickets, weight, members, filled)
            for ticket, place in zip(tickets, found, strict=True):
                owners[ticket.id] = members[place].name
                filled[place] += weight
    return owners


def _flow(
    tickets: Sequence[Asked], weight: float, members: Sequence[Member], filled: np.ndarray
) -> list[int]:
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    count = len(tickets)
    able = {skill: [p for p, m in enumerate(members) if skill in m.skills] for skill in SKILLS}
    tail = np.repeat(np.arange(count), [len(able[ticket.skill]) for ticket in tickets])
    head = np.concatenate([able[ticket.skill] for ticket in tickets])
    levels = {skill: [-LEVEL_COST * members[p].skills[skill] for p in able[skill]] for skill in SKILLS}
    cost = np.concatenate([levels[ticket.skill] for ticket in tickets])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head + count, np.ones_like(tail), cost)
    sink = count + len(members)
    share = np.array([member.share for member in members])
    total = filled.sum() + weight * count
    # Steps up to twice an even load are enough for everybody who is not alone with a skill.
    for place in range(len(members)):
        most = int(max(2 * total * share[place] / share.sum() - filled[place], 0) / weight) + 2
        steps = np.arange(1, most + 1)
        dear = np.rint((filled[place] + steps * weight) / share[place] * LEVEL_COST * 4).astype(np.int64)
        solver.add_arcs_with_capacity_and_unit_cost(
            np.full(most, count + place), np.full(most, sink), np.ones(most, dtype=np.int64), dear
        )
        solver.add_arc_with_capacity_and_unit_cost(count + place, sink, count, int(dear[-1]) * 2)
    solver.set_nodes_supplies(np.arange(count), np.ones(count, dtype=np.int64))
    solver.set_node_supply(sink, -count)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("no flow was found")
    used = solver.flows(arcs) == 1
    places = np.empty(count, dtype=np.int64)
    places[tail[used]] = head[used]
    return places.tolist()


def loads_of(work: Work, owners: Owners) -> dict[str, float]:
    """By member, not by share."""
    loads = dict.fromkeys((member.name for member in work.team.members), 0.0)
    for ticket in work.tickets:
        if ticket.id in owners:
            loads[owners[ticket.id]] += ticket.weight
    return loads


def least(work: Work) -> float:
    """What the most loaded has at least: tickets of any skills, shared by all who know one of these."""
    weights: defaultdict[str, float] = defaultdict(float)
    for ticket in work.tickets:
        weights[ticket.skill] += ticket.weight
    bound = 0.0
    for size in range(1, len(SKILLS) + 1):
        for some in combinations(SKILLS, size):
            able = sum(member.share for member in work.there if not member.skills.keys().isdisjoint(some))
            bound = max(bound, sum(weights[skill] for skill in some) / able if able else 0)
    return bound


def changed(before: Owners, after: Owners) -> float:
    """The share of tickets that have another owner, in per cent."""
    return 100 * sum(after.get(ticket) != owner for ticket, owner in before.items()) / len(before)


def without_one(work: Work, owners: Owners) -> tuple[str, Work]:
    """The one with the most tickets goes absent."""
    name = Counter(owners.values()).most_common(1)[0][0]
    return name, replace(work, absent=work.absent | {name})


def line(name: str, work: Work, owners: Owners, cpu_s: float, times: float) -> tuple[str, float]:
    loads = loads_of(work, owners)
    relative = [loads[member.name] / member.share for member in work.there]
    skills = {member.name: member.skills for member in work.team.members}
    level = statistics.fmean(skills[owners[t.id]][t.skill] for t in work.tickets if t.id in owners)
    high, low = max(relative), min(relative)
    told = f"{name:22}{cpu_s:8.3f}{times:12.2f}{high:10.1f}{low:10.1f}{high / low:10.3f}{level:9.2f}"
    return f"{told}{len(owners):10,}", high


def measured(works: dict[str, Callable[[Work], Owners]], work: Work, rounds: int) -> dict[str, list[float]]:
    """CPU seconds of each, in turn."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, way in works.items():
            begin = time.process_time()
            way(work)
            spent[name].append(time.process_time() - begin)
    return spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    work = drawn(options.tickets, options.people)
    ways: dict[str, Callable[[Work], Owners]] = {"sheetdesk": ours, "ortools min-cost flow": flow}
    found = {name: way(work) for name, way in ways.items()}
    spent = {name: statistics.median(times) for name, times in measured(ways, work, options.rounds).items()}

    bound = least(work)
    print(f"{'':22}{'CPU s':>8}{'times ours':>12}{'max load':>10}{'min load':>10}{'max/min':>10}"
          f"{'level':>9}{'assigned':>10}")  # fmt: skip
    highs = {}
    for name, owners in found.items():
        told, highs[name] = line(name, work, owners, spent[name], spent[name] / spent["sheetdesk"])
        print(told)
    print(f"{'least possible':22}{'':20}{bound:10.1f}")
    for name, high in highs.items():
        print(f"max load of {name}: {100 * (high / bound - 1):.2f} % over the least possible")

    print(f"\n{'owners that change, %':34}{'rows shuffled':>16}{'one person absent':>20}")
    for name, way in ways.items():
        owners = found[name]
        shuffled = changed(owners, way(work.shuffled(1)))
        gone, fewer = without_one(work, owners)
        kept = {ticket: owner for ticket, owner in owners.items() if owner != gone}
        if way is ours:
            theirs = replace(fewer, tickets=[t for t in work.tickets if t.id not in kept])
            after = kept | ours(theirs, loads_of(work, kept))
        else:
            after = way(fewer)
        moved = changed(kept, after)
        told = f"{len(owners) - len(kept)} tickets to hand over"
        print(f"{name:34}{shuffled:16.1f}{moved:20.1f}   {told}")
    again = ours(without_one(work, found["sheetdesk"])[1])
    gone = without_one(work, found["sheetdesk"])[0]
    kept = {ticket: owner for ticket, owner in found["sheetdesk"].items() if owner != gone}
    print(f"{'sheetdesk, all anew':34}{'':16}{changed(kept, again):20.1f}")
    print(
        f"{options.tickets:,} tickets, {options.people} people of whom {len(work.absent)} are absent, "
        f"{len(SKILLS)} skills; median of {options.rounds}"
    )


if __name__ == "__main__":
    main()
