CREATE TABLE "community_setting" ("id" INTEGER NOT NULL PRIMARY KEY, "community_id" INTEGER NOT NULL, "section" TEXT NOT NULL, "values" TEXT NOT NULL, "set_by" INTEGER, "set_at" INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX "community_setting_community_id_section" ON "community_setting" ("community_id", "section");
