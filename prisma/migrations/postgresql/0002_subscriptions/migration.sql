-- CreateTable
CREATE TABLE "subscription" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "context" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "next_at" BIGINT NOT NULL,
    "is_ringing" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "subscription_next_at_idx" ON "subscription"("next_at");

-- CreateIndex
CREATE INDEX "subscription_person_id_idx" ON "subscription"("person_id");
