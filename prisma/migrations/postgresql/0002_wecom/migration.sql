-- CreateTable
CREATE TABLE "wecom_cursor" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_cursor_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "wecom_contact" (
    "external_userid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "followers" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_contact_pkey" PRIMARY KEY ("external_userid")
);

-- CreateTable
CREATE TABLE "wecom_silenced" (
    "userid" TEXT NOT NULL,
    "external_userid" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_silenced_pkey" PRIMARY KEY ("userid","external_userid")
);

-- CreateTable
CREATE TABLE "wecom_card" (
    "task_id" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "card_key" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "code" TEXT,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_card_pkey" PRIMARY KEY ("task_id")
);

-- CreateTable
CREATE TABLE "wecom_bot_user" (
    "raw" TEXT NOT NULL,
    "userid" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_bot_user_pkey" PRIMARY KEY ("raw")
);

-- CreateTable
CREATE TABLE "wecom_mark" (
    "suggestion_id" TEXT NOT NULL,
    "userid" TEXT NOT NULL,
    "external_userid" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" BIGINT NOT NULL,
    "error" TEXT,
    "at" BIGINT NOT NULL,

    CONSTRAINT "wecom_mark_pkey" PRIMARY KEY ("suggestion_id")
);

-- CreateTable
CREATE TABLE "wecom_kf_session" (
    "external_userid" TEXT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "sent" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,

    CONSTRAINT "wecom_kf_session_pkey" PRIMARY KEY ("external_userid")
);

-- CreateIndex
CREATE INDEX "wecom_card_room_card_key_at_idx" ON "wecom_card"("room", "card_key", "at");

-- CreateIndex
CREATE INDEX "wecom_bot_user_userid_at_idx" ON "wecom_bot_user"("userid", "at");

-- CreateIndex
CREATE INDEX "wecom_mark_status_run_at_idx" ON "wecom_mark"("status", "run_at");
