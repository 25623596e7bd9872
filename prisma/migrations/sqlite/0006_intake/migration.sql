-- AlterTable
ALTER TABLE "submission" ADD COLUMN "gone_at" BIGINT;

-- CreateTable
CREATE TABLE "intake_token" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "revoked_at" BIGINT,
    "last_used_at" BIGINT
);

-- CreateTable
CREATE TABLE "intake_table" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "rows" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "columns" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "status" TEXT
);

-- CreateIndex
CREATE UNIQUE INDEX "intake_token_hash_key" ON "intake_token"("hash");
