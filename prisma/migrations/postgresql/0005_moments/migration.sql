-- CreateTable
CREATE TABLE "deed" (
    "person_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "day" INTEGER NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "deed_pkey" PRIMARY KEY ("person_id","kind","about","day")
);

-- CreateTable
CREATE TABLE "moment" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "shown_at" BIGINT,
    "settled_at" BIGINT,
    "settled_by" TEXT,
    "later" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "moment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "moment_person_id_rule_idx" ON "moment"("person_id", "rule");

-- CreateIndex
CREATE INDEX "moment_owner_id_status_due_at_idx" ON "moment"("owner_id", "status", "due_at");

-- CreateIndex
CREATE INDEX "moment_status_due_at_idx" ON "moment"("status", "due_at");
