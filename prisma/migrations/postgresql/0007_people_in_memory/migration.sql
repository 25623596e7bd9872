-- CreateTable
CREATE TABLE "person_change" (
    "seq" SERIAL NOT NULL,
    "person_id" TEXT NOT NULL,

    CONSTRAINT "person_change_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "people_snapshot" (
    "part" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "people_snapshot_pkey" PRIMARY KEY ("part")
);
