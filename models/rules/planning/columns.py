"""What stands in which column of the inner loops' tables."""

FAR = 1_000_000_000  # later than any day ends
OPTIONS = 12  # places looked at for each half of a double visit

# Day.node: a row for each visit, then for each commitment. MATE is the next of those who belong together, round to the first of
# them (LEAD; SECOND marks the others), or -1.
PLACE, DURATION, EARLIEST, DUE, LATEST, PENALTY, MATE, GAP_LEAST, GAP_MOST, FIXED, PROMISED, SECOND, LOAD = range(13)
ABLE_FROM, ABLE_TO, LEAD = 13, 14, 15
NODE_COLUMNS = 16

# Day.crew: a row for each worker.
HOME, SHIFT_FROM, SHIFT_TO, BREAK, BREAK_FROM, BREAK_TO, MAX_WORK, MAX_STOPS, WEEK_LEFT, SHIFT, TWIN = range(11)
SERVES_FROM, SERVES_TO = 11, 12
CREW_COLUMNS = 13

# Day.able: for each visit its workers and what each costs by preference; for each worker their visits.
WHO, LIKING, SERVES = range(3)

# Day.price: what things cost, in points of the score.
LATE, SHIFTED, UNFAIR, BREAK_AFTER, BLINK, TRAVEL = range(6)

# Now.visit: where each visit is, and the start allowed now; as it was before this round, and in the best plan.
WHERE, LO, HI, LO_BEFORE, HI_BEFORE, LO_BEST, HI_BEST = range(7)
VISIT_COLUMNS = 7
# In the column WHERE, if it is no worker: nobody serves it; taken out in this round; left out before this round.
NOBODY, IN_HAND, WAS_OUT = -1, -2, -3

# Now.stops: for each worker the stops in order, the bounds of their starts; as before this round, and in the best plan.
SEQ, EARLY, LATELY, SEQ_BEFORE, SEQ_BEST = range(5)
STOP_LAYERS = 5

# Now.days: for each worker how many stops, minutes of visits, minutes of stops, what `max_work` bounds; which round touched it.
SIZE, OWN, WORK, WEIGHT, STAMP, IS_DIRTY, SIZE_BEFORE, SIZE_BEST = range(8)
DAY_COLUMNS = 8

# Now.points: for each worker travel, lateness and preference; lateness alone; share of the shift; price of a minute's fairness.
DAY_COST, BEHIND, RATE, SHARE, COST_BEFORE = range(5)
POINT_COLUMNS = 5

# Now.desk: lists that a round needs; MOMENTS are starts that may suit a group.
BUF, STARTS, TRIAL, BAG, TOUCHED, DIRTY, COUNT, MOMENTS, OPTION = range(9)
DESK_ROWS = 9 + 2 * OPTIONS
# In its row COUNT: the chance's seed, the round, and how long the lists are.
SEED, ROUND, N_TOUCHED, N_BAG, N_DIRTY = range(5)
# In a row from OPTION on: a place for one half of a double visit.
O_WHO, O_AT, O_FROM, O_TO, O_RESTED = range(5)

# Now.sums: numbers of the whole plan; keys of the bag; what an option costs at least, and without lateness.
TOTAL, KEY, OPTION_COST, OPTION_WAY = range(4)
SUM_ROWS = 4
# In its row TOTAL:
COST, PENALTIES, GAPS, RATES, BEST = range(5)
LEAST_COLUMNS = 32
