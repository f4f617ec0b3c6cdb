"""The same storm over a desk whose main sheet stands at Google, here the sandbox: people act between any
two requests of a sync.

start       the desk and its spreadsheet as every schedule starts
live        the spreadsheet, with a version in the ledger for each change that anybody makes
hands       what people do there, as requests
line        the way there and back of one sync, with its accidents
opponents   two syncs that one would write first
schedule    who does what when
"""
