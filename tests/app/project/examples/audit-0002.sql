BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	login TEXT NOT NULL, 
	name TEXT NOT NULL, 
	workstation TEXT NOT NULL, 
	verb TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	old TEXT NOT NULL, 
	new TEXT NOT NULL, 
	result TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, salt VARCHAR(32), 
	CONSTRAINT pk_audit PRIMARY KEY (seq)
);
INSERT INTO "audit" VALUES(1,'2026-01-15T12:00:03+00:00','ole','Ole Holm','vm','project.create','project','','Nordby','version 1','','01b56dc22666f5ee2096639d3c95341ed12035f7add4fc6eafb7e49d93524c37','0081f54961367ecd95430d2ed1dc5bfd9417d93c5ed7a4ae79284d7463e22a0a',NULL);
COMMIT;
