BEGIN TRANSACTION;
CREATE TABLE account (
	login VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, password_at DATETIME, given JSON, is_guest BOOLEAN, ended TEXT, version INTEGER, 
	CONSTRAINT pk_account PRIMARY KEY (login)
);
INSERT INTO "account" VALUES('ole','Ole Holm','$argon2id$v=19$m=65536,t=3,p=4$2++h7E5RWh+hc1g9HD+I2w$eIdGe7TFWmbB0BkKUmoWuSHINjJdhYxqCdtxLpgf2HQ','administrator','2026-01-15 12:00:01.000000','2026-01-15 12:00:01.000000','{"devices": ["ahornvej-14"], "areas": ["Nord"], "groups": []}',0,'',1);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE customer (
	id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	sealed TEXT NOT NULL, 
	CONSTRAINT pk_customer PRIMARY KEY (id)
);
INSERT INTO "customer" VALUES('c-5f03a1',1,'AAAA');
CREATE TABLE device (
	row_id INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	since INTEGER NOT NULL, 
	until INTEGER, 
	name TEXT NOT NULL, 
	area TEXT NOT NULL, 
	link VARCHAR(64) NOT NULL, 
	unit INTEGER NOT NULL, 
	profile TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	serial TEXT NOT NULL, 
	options JSON NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (row_id), 
	CONSTRAINT fk_device_since_version FOREIGN KEY(since) REFERENCES version (number), 
	CONSTRAINT fk_device_until_version FOREIGN KEY(until) REFERENCES version (number)
);
INSERT INTO "device" VALUES(1,'ahornvej-14',2,3,'Ahornvej 14','Nord','gateway',1,'danfoss.ecl310',1,'','{}');
INSERT INTO "device" VALUES(2,'ahornvej-14',3,4,'Ahornvej 14 b','Nord','gateway',1,'danfoss.ecl310',1,'','{}');
INSERT INTO "device" VALUES(3,'ahornvej-14',4,NULL,'Ahornvej 14','Nord','gateway',1,'danfoss.ecl310',1,'','{}');
CREATE TABLE document (
	id VARCHAR(64) NOT NULL, 
	device VARCHAR(64), 
	title TEXT NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	path TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, series VARCHAR(64), version INTEGER, removed_at DATETIME, 
	CONSTRAINT pk_document PRIMARY KEY (id), 
	CONSTRAINT uq_document_path UNIQUE (path)
);
INSERT INTO "document" VALUES('6c0688783f50442698e6120af1e2d6d7','ahornvej-14','Commissioning report','commissioning-report','ahornvej-14/2026-01-15-report-1.pdf','2026-01-15 12:00:04.000000','Ole Holm',16,'7b90830743ea12df73f6631d1437ab6d80f6f972b642bb6dc6bfda3c203fcc0f','6c0688783f50442698e6120af1e2d6d7',1,NULL);
CREATE TABLE erasure (
	id VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_erasure PRIMARY KEY (id)
);
INSERT INTO "erasure" VALUES('e-1','2026-01-15 12:00:00.000000','{}');
CREATE TABLE intent (
	login VARCHAR(64) NOT NULL, 
	intent VARCHAR(128) NOT NULL, 
	name TEXT NOT NULL, 
	workstation TEXT NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	value FLOAT NOT NULL, 
	old FLOAT, 
	read_back FLOAT, 
	state VARCHAR(32), 
	reason TEXT, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_intent PRIMARY KEY (login, intent)
);
INSERT INTO "intent" VALUES('ole','1f','Ole Holm','desk-1','ahornvej-14','c1_room_comfort',21.5,20.0,21.5,'confirmed','','2026-01-15 12:00:09.000000');
CREATE TABLE link (
	row_id INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	since INTEGER NOT NULL, 
	until INTEGER, 
	kind VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	options JSON NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	CONSTRAINT pk_link PRIMARY KEY (row_id), 
	CONSTRAINT fk_link_since_version FOREIGN KEY(since) REFERENCES version (number), 
	CONSTRAINT fk_link_until_version FOREIGN KEY(until) REFERENCES version (number)
);
INSERT INTO "link" VALUES(1,'gateway',2,NULL,'modbus-tcp','Gateway','{"host": "10.0.0.5", "port": 502}',1);
CREATE TABLE note (
	id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	point TEXT, 
	text TEXT NOT NULL, 
	about_at DATETIME, 
	author TEXT NOT NULL, 
	written_at DATETIME NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_note PRIMARY KEY (id, version)
);
INSERT INTO "note" VALUES('n1',1,'ahornvej-14','ahornvej-14.supply','Føler S3 skiftet','2026-01-15 11:30:00.000000','Ole Holm','2026-01-15 12:00:04.000000',0);
INSERT INTO "note" VALUES('n1',2,'ahornvej-14','ahornvej-14.supply','Føler S3 skiftet, 🔧','2026-01-15 11:30:00.000000','Ole Holm','2026-01-15 12:00:05.000000',0);
CREATE TABLE "override" (
	id VARCHAR(64) NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	former FLOAT NOT NULL, 
	value FLOAT NOT NULL, 
	login VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	workstation TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME, 
	ended_at DATETIME, 
	ended TEXT NOT NULL, 
	CONSTRAINT pk_override PRIMARY KEY (id)
);
INSERT INTO "override" VALUES('o-1','ahornvej-14','relay2_override',0.0,2.0,'ole','Ole Holm','desk-1','pump test','2026-01-15 12:00:00.000000','2026-01-15 16:00:00.000000',NULL,'');
CREATE TABLE plant (
	row_id INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	since INTEGER NOT NULL, 
	until INTEGER, 
	title TEXT NOT NULL, 
	zone VARCHAR(64) NOT NULL, 
	utility TEXT NOT NULL, 
	logo VARCHAR(64) NOT NULL, 
	options JSON NOT NULL, 
	CONSTRAINT pk_plant PRIMARY KEY (row_id), 
	CONSTRAINT fk_plant_since_version FOREIGN KEY(since) REFERENCES version (number), 
	CONSTRAINT fk_plant_until_version FOREIGN KEY(until) REFERENCES version (number)
);
INSERT INTO "plant" VALUES(1,'plant',1,NULL,'Nordby','Europe/Copenhagen','','','{}');
CREATE TABLE preference (
	login VARCHAR(64) NOT NULL, 
	"key" VARCHAR(128) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_preference PRIMARY KEY (login, "key")
);
INSERT INTO "preference" VALUES('ole','language','"da"');
CREATE TABLE preset (
	id VARCHAR(64) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	owner VARCHAR(64) NOT NULL, 
	shared BOOLEAN NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_preset PRIMARY KEY (id)
);
INSERT INTO "preset" VALUES('p1','readings','Return','ole',1,'["s5"]');
CREATE TABLE role (
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	rank INTEGER NOT NULL, 
	cells JSON NOT NULL, 
	start_page VARCHAR(64) NOT NULL, 
	pages JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_role PRIMARY KEY (id)
);
INSERT INTO "role" VALUES('role-caretaker','Caretaker',15,'{"see-plant": "assigned", "keep-own": "all"}','plant','["plant"]',1);
CREATE TABLE rule (
	row_id INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	since INTEGER NOT NULL, 
	until INTEGER, 
	kind VARCHAR(64) NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	point TEXT, 
	name TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	limit_value FLOAT, 
	deadband FLOAT NOT NULL, 
	on_delay_s FLOAT NOT NULL, 
	off_delay_s FLOAT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	CONSTRAINT pk_rule PRIMARY KEY (row_id), 
	CONSTRAINT fk_rule_since_version FOREIGN KEY(since) REFERENCES version (number), 
	CONSTRAINT fk_rule_until_version FOREIGN KEY(until) REFERENCES version (number)
);
INSERT INTO "rule" VALUES(1,'ahornvej-14.supply.high',2,NULL,'high','ahornvej-14','ahornvej-14.supply','Supply too hot',2,95.0,2.0,30.0,0.0,1);
CREATE TABLE safety (
	name VARCHAR(64) NOT NULL, 
	content JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_safety PRIMARY KEY (name)
);
INSERT INTO "safety" VALUES('second person','{"dangers": ["override"], "wait_min": 30}',1);
CREATE TABLE statement (
	number INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	point TEXT NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	says TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_statement PRIMARY KEY (number), 
	CONSTRAINT uq_statement_id UNIQUE (id)
);
INSERT INTO "statement" VALUES(1,'8ccf9c1f9362431ea17246d5ddbcd080','ahornvej-14.energy','ahornvej-14','{"says": "broken", "at": "2026-11-20T09:30:00+00:00", "kind": "exchange", "final": "12345.6", "initial": "0.3", "rules": null, "estimated": false}','exchanged by the fitter','E. Aagaard','2026-11-21 12:00:00.000000');
INSERT INTO "statement" VALUES(2,'c3932b0c086f411ea04680964186a1b0','ahornvej-14.energy','ahornvej-14','{"says": "taken-back", "statement": "8ccf9c1f9362431ea17246d5ddbcd080"}','it was the neighbour''s','E. Aagaard','2026-11-21 12:00:00.000000');
CREATE TABLE thing_version (
	kind VARCHAR(32) NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	author TEXT NOT NULL, 
	note TEXT NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_thing_version PRIMARY KEY (kind, id, number)
);
INSERT INTO "thing_version" VALUES('role','basic',1,'2026-01-15 12:00:10.000000','','as it was found','{"name": "Basic", "rank": 40}');
CREATE TABLE version (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	author TEXT NOT NULL, 
	note TEXT NOT NULL, 
	counts JSON NOT NULL, 
	"before" INTEGER, 
	"after" INTEGER, 
	CONSTRAINT pk_version PRIMARY KEY (number)
);
INSERT INTO "version" VALUES(1,'2026-01-15 12:00:02.000000','Ole Holm','new project','{"plant": [0, 2, 0]}',NULL,NULL);
INSERT INTO "version" VALUES(2,'2026-01-15 12:00:01.000000','Ole Holm','first devices','{"link": [1, 0, 0], "device": [1, 0, 0], "rule": [1, 0, 0]}',1,NULL);
INSERT INTO "version" VALUES(3,'2026-01-15 12:00:02.000000','Ole Holm','','{"device": [0, 1, 0]}',2,NULL);
INSERT INTO "version" VALUES(4,'2026-01-15 12:00:03.000000','Ole Holm','back to version 2','{"device": [0, 1, 0]}',1,3);
CREATE UNIQUE INDEX ix_plant_id ON plant (id) WHERE until IS NULL;
CREATE INDEX ix_plant_until ON plant (until);
CREATE UNIQUE INDEX ix_link_id ON link (id) WHERE until IS NULL;
CREATE INDEX ix_link_until ON link (until);
CREATE UNIQUE INDEX ix_device_id ON device (id) WHERE until IS NULL;
CREATE INDEX ix_device_until ON device (until);
CREATE UNIQUE INDEX ix_rule_id ON rule (id) WHERE until IS NULL;
CREATE INDEX ix_rule_until ON rule (until);
CREATE INDEX ix_document_device ON document (device);
CREATE INDEX ix_preset_kind ON preset (kind);
CREATE INDEX ix_note_device ON note (device);
CREATE INDEX ix_document_series ON document (series);
CREATE INDEX ix_statement_point ON statement (point);
CREATE INDEX ix_statement_device ON statement (device);
COMMIT;
