-- CreateTable
CREATE TABLE "person_change" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "person_id" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "people_snapshot" (
    "part" TEXT NOT NULL PRIMARY KEY,
    "bytes" BLOB NOT NULL
);
