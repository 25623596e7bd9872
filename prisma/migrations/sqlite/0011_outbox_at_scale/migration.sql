-- DropIndex
DROP INDEX "outbox_status_run_at_idx";

-- DropIndex
DROP INDEX "outbox_channel_room_seq_idx";

-- CreateIndex
CREATE INDEX "outbox_status_run_at_seq_idx" ON "outbox"("status", "run_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_channel_room_status_seq_idx" ON "outbox"("channel", "room", "status", "seq");

-- CreateIndex
CREATE INDEX "outbox_card_key_idx" ON "outbox"("card_key");

-- CreateIndex
CREATE INDEX "card_place_card_key_idx" ON "card_place"("card_key");
