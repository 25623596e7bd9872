-- CreateIndex
CREATE INDEX "person_merged_into_idx" ON "person"("merged_into");
