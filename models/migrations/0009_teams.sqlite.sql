ALTER TABLE "request" ADD COLUMN "team_id" INTEGER;
ALTER TABLE "request" ADD COLUMN "team_place" INTEGER NOT NULL DEFAULT 1;
CREATE INDEX "request_community_id_team_id" ON "request" ("community_id", "team_id");
