-- AlterTable
ALTER TABLE "task" ADD COLUMN     "materials" TEXT NOT NULL DEFAULT '[]';
