CREATE TABLE "series" ("id" INTEGER NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "state" TEXT NOT NULL, "version" INTEGER NOT NULL, "request_id" INTEGER NOT NULL, "agreement_id" INTEGER NOT NULL, "person_id" INTEGER NOT NULL, "worker_id" INTEGER NOT NULL, "number" TEXT NOT NULL, "rule" TEXT NOT NULL, "first_at" INTEGER NOT NULL, "last_day" TEXT NOT NULL, "paused_from" TEXT NOT NULL, "paused_to" TEXT NOT NULL, "looked_to" INTEGER NOT NULL, "created_at" INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX "series_community_id_request_id" ON "series" ("community_id", "request_id");
CREATE INDEX "series_community_id_agreement_id" ON "series" ("community_id", "agreement_id");
CREATE INDEX "series_community_id_person_id_state" ON "series" ("community_id", "person_id", "state");
CREATE INDEX "series_community_id_worker_id_state" ON "series" ("community_id", "worker_id", "state");
CREATE INDEX "series_state_looked_to" ON "series" ("state", "looked_to");
CREATE TABLE "series_date" ("id" INTEGER NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "series_id" INTEGER NOT NULL, "starts_at" INTEGER NOT NULL, "state" TEXT NOT NULL, "why" TEXT NOT NULL, "request_id" INTEGER) STRICT;
CREATE UNIQUE INDEX "series_date_community_id_series_id_starts_at" ON "series_date" ("community_id", "series_id", "starts_at");
CREATE INDEX "series_date_community_id_request_id" ON "series_date" ("community_id", "request_id");
