"""A storm over one desk: people, syncs and accidents by chance, from one seed, and what must hold after.

desk        the desk, its store and its two sheets as every schedule starts
page        the tickets' tab as a person sees it, each row and column with an identity of its own
people      what people do to a page
ledger      who typed what, in which version, and who had seen it
places      where a sheet stands: in memory, or a file that programs save
workers     syncs that can be stopped and killed at every step
naive       the sync that one would write first
simulator   a schedule: who does what when
oracle      what must hold when all is quiet
"""
