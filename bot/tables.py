"""Fills the tables of dialogues, actions and intents: importing this file is what makes the bot know them.

A new file of dialogues or intents is one more name here.
"""

from bot import late
from bot.dialogues import after, alarms, answering, booking, door, orders, relaying, welcome, work
from bot.intents import common, proposals, resident, worker

FILES = (welcome, booking, orders, answering, work, alarms, door, relaying, after, common, proposals, resident, worker, late)
