-- AlterTable
ALTER TABLE "wecom_bot_user" ADD COLUMN     "wrote_at" BIGINT;

-- CreateTable
CREATE TABLE "wecom_pair_tag" (
    "userid" TEXT NOT NULL,
    "external_userid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_pair_tag_pkey" PRIMARY KEY ("userid","external_userid","name")
);

-- CreateTable
CREATE TABLE "wecom_draft" (
    "assignment_id" TEXT NOT NULL,
    "userid" TEXT NOT NULL,
    "external_userid" TEXT NOT NULL,
    "msgid" TEXT,
    "status" TEXT NOT NULL,
    "run_at" BIGINT NOT NULL,
    "error" TEXT,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_draft_pkey" PRIMARY KEY ("assignment_id")
);

-- CreateIndex
CREATE INDEX "wecom_draft_status_run_at_idx" ON "wecom_draft"("status", "run_at");
