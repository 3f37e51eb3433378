CREATE TABLE "substitute" ("id" SERIAL NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "request_id" INTEGER NOT NULL, "worker_id" INTEGER NOT NULL, "place" INTEGER NOT NULL, "kept_at" BIGINT NOT NULL);
CREATE UNIQUE INDEX "substitute_community_id_request_id_worker_id" ON "substitute" ("community_id", "request_id", "worker_id");
CREATE TABLE "replacement" ("id" SERIAL NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "request_id" INTEGER NOT NULL, "visit_id" INTEGER, "worker_id" INTEGER NOT NULL, "verb" TEXT NOT NULL, "state" TEXT NOT NULL, "by_worker_id" INTEGER, "from_list" BOOLEAN NOT NULL, "lost_at" BIGINT NOT NULL, "done_at" BIGINT);
CREATE INDEX "replacement_community_id_request_id_state" ON "replacement" ("community_id", "request_id", "state");
CREATE INDEX "replacement_community_id_lost_at" ON "replacement" ("community_id", "lost_at");
CREATE TABLE "travel_time" ("id" SERIAL NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "from_cell" TEXT NOT NULL, "to_cell" TEXT NOT NULL, "state" TEXT NOT NULL, "minutes" INTEGER, "tries" INTEGER NOT NULL, "next_at" BIGINT NOT NULL, "asked_at" BIGINT NOT NULL);
CREATE UNIQUE INDEX "travel_time_community_id_from_cell_to_cell" ON "travel_time" ("community_id", "from_cell", "to_cell");
CREATE INDEX "travel_time_state_next_at" ON "travel_time" ("state", "next_at");
CREATE INDEX "travel_time_asked_at" ON "travel_time" ("asked_at");
