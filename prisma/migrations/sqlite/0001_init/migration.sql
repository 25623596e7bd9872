-- CreateTable
CREATE TABLE "conversation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "channel" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT,
    "created_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "conversation_member" (
    "conversation_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "joined_at" BIGINT NOT NULL,
    "left_at" BIGINT,

    PRIMARY KEY ("conversation_id", "person_id")
);

-- CreateTable
CREATE TABLE "seen_event" (
    "channel" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    PRIMARY KEY ("channel", "event_id")
);

-- CreateTable
CREATE TABLE "dead_event" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "channel" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "error" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "message" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "conversation_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "from_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "deleted_at" BIGINT
);

-- CreateTable
CREATE TABLE "dialogue" (
    "person_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL,

    PRIMARY KEY ("person_id", "channel")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "person_id" TEXT,
    "card_key" TEXT,
    "purpose" TEXT NOT NULL,
    "dedupe_key" TEXT,
    "body" TEXT NOT NULL,
    "reply" TEXT,
    "status" TEXT NOT NULL,
    "run_at" BIGINT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "locked_at" BIGINT,
    "locked_by" TEXT,
    "last_error" TEXT,
    "created_at" BIGINT NOT NULL,
    "sent_at" BIGINT,
    "assignment_id" TEXT
);

-- CreateTable
CREATE TABLE "card_place" (
    "channel" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "card_key" TEXT NOT NULL,
    "vendor_ref" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    PRIMARY KEY ("channel", "room", "card_key")
);

-- CreateTable
CREATE TABLE "picture" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "mime" TEXT NOT NULL,
    "bytes" BLOB NOT NULL,
    "created_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "audit" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" BIGINT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "task_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "assignment_id" TEXT,
    "form" TEXT NOT NULL,
    "options" TEXT NOT NULL,
    "probability" REAL NOT NULL,
    "score" REAL NOT NULL,
    "reasons" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "detail" TEXT,
    "at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "weight" (
    "scope" TEXT NOT NULL,
    "scope_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" REAL NOT NULL,
    "weight_of" REAL NOT NULL,
    "override" TEXT,
    "detail" TEXT,
    "updated_at" BIGINT NOT NULL,

    PRIMARY KEY ("scope", "scope_key", "name")
);

-- CreateTable
CREATE TABLE "weight_change" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "scope" TEXT NOT NULL,
    "scope_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "before" REAL,
    "after" REAL NOT NULL,
    "cause" TEXT NOT NULL,
    "at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "learner_state" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "upto_seq" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "theme" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "status" TEXT NOT NULL,
    "evidence" TEXT,
    "set_by" TEXT,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "template" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "created_by" TEXT,
    "created_at" BIGINT NOT NULL,
    "retired_at" BIGINT
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "roles" TEXT NOT NULL,
    "city" TEXT,
    "owner_id" TEXT,
    "joined_at" BIGINT NOT NULL,
    "lang" TEXT NOT NULL DEFAULT 'zh',
    "time_zone" TEXT,
    "consent" TEXT NOT NULL DEFAULT 'unknown',
    "home_channel" TEXT,
    "paused_until" BIGINT,
    "frequency" REAL NOT NULL DEFAULT 1,
    "merged_into" TEXT,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "identity" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT,
    "room" TEXT,
    "reachable" TEXT NOT NULL DEFAULT 'yes',
    "last_seen_at" BIGINT,
    "linked_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "consent" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "by_id" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "segment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "status" TEXT NOT NULL DEFAULT 'active',
    "created_by" TEXT,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "segment_stay" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "segment_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "entered_at" BIGINT NOT NULL,
    "left_at" BIGINT,
    "rule_version" INTEGER NOT NULL,
    "entry_reason" TEXT NOT NULL,
    "exit_reason" TEXT
);

-- CreateTable
CREATE TABLE "segment_due" (
    "person_id" TEXT NOT NULL,
    "segment_id" TEXT NOT NULL,
    "due_at" BIGINT NOT NULL,

    PRIMARY KEY ("person_id", "segment_id")
);

-- CreateTable
CREATE TABLE "tag_event" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "proposed_by" TEXT,
    "settled_by" TEXT,
    "quote" TEXT,
    "message_id" TEXT,
    "suggestion_id" TEXT,
    "cause" TEXT,
    "confidence" REAL NOT NULL,
    "at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "tag_hold" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "proposed_by" TEXT,
    "settled_by" TEXT,
    "quote" TEXT,
    "message_id" TEXT,
    "since" BIGINT NOT NULL,
    "until" BIGINT,
    "end_cause" TEXT,
    "strength" REAL NOT NULL,
    "evidence_at" BIGINT NOT NULL,
    "evidence_count" INTEGER NOT NULL DEFAULT 1,
    "locked" INTEGER NOT NULL DEFAULT 0
);

-- CreateTable
CREATE TABLE "suggestion" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "card_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'hold',
    "quote" TEXT NOT NULL,
    "message_id" TEXT,
    "conversation_id" TEXT,
    "asked_of" TEXT NOT NULL,
    "score" REAL NOT NULL,
    "evidence" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "answered_at" BIGINT,
    "answered_by" TEXT
);

-- CreateTable
CREATE TABLE "task" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "title" TEXT NOT NULL,
    "theme" TEXT NOT NULL,
    "brief" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "forms" TEXT NOT NULL,
    "importance" INTEGER NOT NULL,
    "quota" INTEGER NOT NULL,
    "push_budget" INTEGER,
    "reward" INTEGER NOT NULL,
    "proof" TEXT NOT NULL,
    "published_at" BIGINT,
    "deadline_at" BIGINT,
    "status" TEXT NOT NULL,
    "autopilot" INTEGER NOT NULL DEFAULT 0,
    "brief_version" INTEGER NOT NULL DEFAULT 1,
    "template_id" TEXT,
    "created_by" TEXT,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "assignment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "task_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "wave" INTEGER NOT NULL DEFAULT 1,
    "policy" TEXT NOT NULL DEFAULT 'learned',
    "planned_at" BIGINT NOT NULL,
    "send_after" BIGINT,
    "pushed_at" BIGINT,
    "seen_at" BIGINT,
    "accepted_at" BIGINT,
    "declined_at" BIGINT,
    "decline_reason" TEXT,
    "decline_note" TEXT,
    "promised_at" BIGINT,
    "reminded_at" BIGINT,
    "submitted_at" BIGINT,
    "approved_at" BIGINT,
    "rejected_at" BIGINT,
    "withdrawn_at" BIGINT,
    "blocked" TEXT
);

-- CreateTable
CREATE TABLE "step_fact" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "assignment_id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "reason" TEXT,
    "at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "by_id" TEXT
);

-- CreateTable
CREATE TABLE "submission" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "task_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "post_key" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "submitted_at" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "raw_text" TEXT NOT NULL,
    "reviewed_by" TEXT,
    "reviewed_at" BIGINT,
    "review_note" TEXT
);

-- CreateTable
CREATE TABLE "metric_snapshot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "submission_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "by_id" TEXT,
    "reads" INTEGER,
    "likes" INTEGER,
    "comments" INTEGER,
    "shares" INTEGER,
    "favourites" INTEGER,
    "completion_rate" REAL,
    "flags" TEXT,
    "cleaned" TEXT,
    "overruled_by" TEXT,
    "recorded_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "comment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "submission_id" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "sentiment" TEXT,
    "score" REAL,
    "aspects" TEXT,
    "keywords" TEXT,
    "recorded_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "web_room" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "title" TEXT,
    "created_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "web_room_member" (
    "room_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "read_seq" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("room_id", "person_id")
);

-- CreateTable
CREATE TABLE "web_post" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "from_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "card_key" TEXT,
    "body" TEXT NOT NULL,
    "client_id" TEXT,
    "at" BIGINT NOT NULL,
    "edited_at" BIGINT
);

-- CreateTable
CREATE TABLE "web_session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "last_seen_at" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "web_link" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "detail" TEXT,
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "used_at" BIGINT
);

-- CreateIndex
CREATE UNIQUE INDEX "conversation_channel_room_key" ON "conversation"("channel", "room");

-- CreateIndex
CREATE INDEX "conversation_member_person_id_idx" ON "conversation_member"("person_id");

-- CreateIndex
CREATE INDEX "message_conversation_id_at_idx" ON "message"("conversation_id", "at");

-- CreateIndex
CREATE INDEX "message_from_id_at_idx" ON "message"("from_id", "at");

-- CreateIndex
CREATE INDEX "message_at_idx" ON "message"("at");

-- CreateIndex
CREATE UNIQUE INDEX "message_channel_event_id_key" ON "message"("channel", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_dedupe_key_key" ON "outbox"("dedupe_key");

-- CreateIndex
CREATE INDEX "outbox_status_run_at_idx" ON "outbox"("status", "run_at");

-- CreateIndex
CREATE INDEX "outbox_channel_room_seq_idx" ON "outbox"("channel", "room", "seq");

-- CreateIndex
CREATE INDEX "outbox_person_id_purpose_created_at_idx" ON "outbox"("person_id", "purpose", "created_at");

-- CreateIndex
CREATE INDEX "decision_task_id_idx" ON "decision"("task_id");

-- CreateIndex
CREATE INDEX "decision_assignment_id_idx" ON "decision"("assignment_id");

-- CreateIndex
CREATE INDEX "weight_change_scope_scope_key_name_idx" ON "weight_change"("scope", "scope_key", "name");

-- CreateIndex
CREATE INDEX "person_owner_id_idx" ON "person"("owner_id");

-- CreateIndex
CREATE INDEX "person_name_idx" ON "person"("name");

-- CreateIndex
CREATE INDEX "identity_person_id_idx" ON "identity"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_channel_external_id_key" ON "identity"("channel", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "consent_person_id_channel_kind_key" ON "consent"("person_id", "channel", "kind");

-- CreateIndex
CREATE INDEX "segment_stay_segment_id_left_at_idx" ON "segment_stay"("segment_id", "left_at");

-- CreateIndex
CREATE INDEX "segment_stay_person_id_segment_id_idx" ON "segment_stay"("person_id", "segment_id");

-- CreateIndex
CREATE INDEX "segment_due_due_at_idx" ON "segment_due"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "tag_event_id_key" ON "tag_event"("id");

-- CreateIndex
CREATE INDEX "tag_event_person_id_seq_idx" ON "tag_event"("person_id", "seq");

-- CreateIndex
CREATE INDEX "tag_event_tag_at_idx" ON "tag_event"("tag", "at");

-- CreateIndex
CREATE INDEX "tag_event_settled_by_at_idx" ON "tag_event"("settled_by", "at");

-- CreateIndex
CREATE INDEX "tag_hold_person_id_tag_since_idx" ON "tag_hold"("person_id", "tag", "since");

-- CreateIndex
CREATE INDEX "tag_hold_tag_until_idx" ON "tag_hold"("tag", "until");

-- CreateIndex
CREATE INDEX "tag_hold_since_idx" ON "tag_hold"("since");

-- CreateIndex
CREATE INDEX "suggestion_person_id_status_idx" ON "suggestion"("person_id", "status");

-- CreateIndex
CREATE INDEX "suggestion_card_id_idx" ON "suggestion"("card_id");

-- CreateIndex
CREATE INDEX "suggestion_asked_of_status_idx" ON "suggestion"("asked_of", "status");

-- CreateIndex
CREATE INDEX "suggestion_tag_answered_at_idx" ON "suggestion"("tag", "answered_at");

-- CreateIndex
CREATE INDEX "suggestion_status_expires_at_idx" ON "suggestion"("status", "expires_at");

-- CreateIndex
CREATE INDEX "task_status_idx" ON "task"("status");

-- CreateIndex
CREATE INDEX "task_theme_idx" ON "task"("theme");

-- CreateIndex
CREATE INDEX "assignment_person_id_pushed_at_idx" ON "assignment"("person_id", "pushed_at");

-- CreateIndex
CREATE INDEX "assignment_pushed_at_idx" ON "assignment"("pushed_at");

-- CreateIndex
CREATE INDEX "assignment_submitted_at_idx" ON "assignment"("submitted_at");

-- CreateIndex
CREATE UNIQUE INDEX "assignment_task_id_person_id_key" ON "assignment"("task_id", "person_id");

-- CreateIndex
CREATE INDEX "step_fact_assignment_id_idx" ON "step_fact"("assignment_id");

-- CreateIndex
CREATE INDEX "step_fact_task_id_step_idx" ON "step_fact"("task_id", "step");

-- CreateIndex
CREATE INDEX "submission_task_id_person_id_idx" ON "submission"("task_id", "person_id");

-- CreateIndex
CREATE INDEX "submission_post_key_idx" ON "submission"("post_key");

-- CreateIndex
CREATE INDEX "submission_person_id_submitted_at_idx" ON "submission"("person_id", "submitted_at");

-- CreateIndex
CREATE INDEX "submission_status_idx" ON "submission"("status");

-- CreateIndex
CREATE UNIQUE INDEX "metric_snapshot_submission_id_at_source_key" ON "metric_snapshot"("submission_id", "at", "source");

-- CreateIndex
CREATE UNIQUE INDEX "comment_submission_id_at_author_text_key" ON "comment"("submission_id", "at", "author", "text");

-- CreateIndex
CREATE INDEX "web_room_member_person_id_idx" ON "web_room_member"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "web_post_id_key" ON "web_post"("id");

-- CreateIndex
CREATE INDEX "web_post_room_id_seq_idx" ON "web_post"("room_id", "seq");

-- CreateIndex
CREATE INDEX "web_post_room_id_card_key_idx" ON "web_post"("room_id", "card_key");

-- CreateIndex
CREATE UNIQUE INDEX "web_post_room_id_from_id_client_id_key" ON "web_post"("room_id", "from_id", "client_id");
