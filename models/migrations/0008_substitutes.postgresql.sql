CREATE TABLE "substitute" ("id" SERIAL NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "request_id" INTEGER NOT NULL, "worker_id" INTEGER NOT NULL, "place" INTEGER NOT NULL, "kept_at" BIGINT NOT NULL);
CREATE UNIQUE INDEX "substitute_community_id_request_id_worker_id" ON "substitute" ("community_id", "request_id", "worker_id");
CREATE TABLE "replacement" ("id" SERIAL NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "request_id" INTEGER NOT NULL, "visit_id" INTEGER, "worker_id" INTEGER NOT NULL, "verb" TEXT NOT NULL, "state" TEXT NOT NULL, "by_worker_id" INTEGER, "from_list" BOOLEAN NOT NULL, "lost_at" BIGINT NOT NULL, "done_at" BIGINT);
CREATE INDEX "replacement_community_id_request_id_state" ON "replacement" ("community_id", "request_id", "state");
CREATE INDEX "replacement_community_id_lost_at" ON "replacement" ("community_id", "lost_at");
