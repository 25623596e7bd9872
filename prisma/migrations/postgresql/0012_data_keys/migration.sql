-- CreateTable
CREATE TABLE "data_key" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "master" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,
    "created_at" BIGINT NOT NULL,

    CONSTRAINT "data_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "data_key_person_id_key" ON "data_key"("person_id");

-- CreateIndex
CREATE INDEX "data_key_master_idx" ON "data_key"("master");
