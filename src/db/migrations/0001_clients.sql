CREATE TABLE "clients" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner" text,
	"client_id" text,
	"metadata" jsonb NOT NULL,
	"state" text NOT NULL,
	"wanted" jsonb,
	"secret_name" text,
	"next_secret_name" text,
	"old_secret_name" text,
	"retire_at" timestamp (3) with time zone,
	"claim" uuid,
	"due_at" timestamp (3) with time zone,
	"missing_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "clients_client_id_unique" UNIQUE("client_id")
);
--> statement-breakpoint
CREATE INDEX "clients_owner" ON "clients" USING btree ("owner","created_at");--> statement-breakpoint
CREATE INDEX "clients_due" ON "clients" USING btree ("due_at");