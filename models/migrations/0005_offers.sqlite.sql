ALTER TABLE "request" ADD COLUMN "loosened" TEXT NOT NULL DEFAULT '{}';
CREATE TABLE "worker_area" ("id" INTEGER NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "area" TEXT NOT NULL, "worker_id" INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX "worker_area_community_id_area_worker_id" ON "worker_area" ("community_id", "area", "worker_id");
CREATE INDEX "worker_area_community_id_worker_id" ON "worker_area" ("community_id", "worker_id");
CREATE TABLE "carer_call" ("id" INTEGER NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "state" TEXT NOT NULL, "version" INTEGER NOT NULL, "handover_id" INTEGER NOT NULL, "person_id" INTEGER NOT NULL, "worker_id" INTEGER NOT NULL, "asked_at" INTEGER NOT NULL, "answered_at" INTEGER) STRICT;
CREATE UNIQUE INDEX "carer_call_community_id_handover_id_worker_id" ON "carer_call" ("community_id", "handover_id", "worker_id");
DROP INDEX "visit_community_id_worker_id_starts_at";
CREATE INDEX "visit_community_id_worker_id_starts_at_ends_at_state" ON "visit" ("community_id", "worker_id", "starts_at", "ends_at", "state");
