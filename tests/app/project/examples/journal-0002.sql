BEGIN TRANSACTION;
CREATE TABLE alarm (
	seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	rule TEXT NOT NULL, 
	device VARCHAR(64) NOT NULL, 
	point TEXT, 
	priority INTEGER NOT NULL, 
	definition JSON NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	since DATETIME NOT NULL, 
	occurred_at DATETIME, 
	resolved_at DATETIME, 
	acknowledged_at DATETIME, 
	acknowledged_by TEXT NOT NULL, 
	note TEXT NOT NULL, 
	value FLOAT, historical BOOLEAN, 
	CONSTRAINT pk_alarm PRIMARY KEY (seq)
);
INSERT INTO "alarm" VALUES(1,'2026-01-15 12:00:00.000000','ahornvej-14.supply.high','ahornvej-14','ahornvej-14.supply',2,'{"id": "ahornvej-14.supply.high", "kind": "high", "device": "ahornvej-14", "point": "ahornvej-14.supply", "name": "Supply too hot", "priority": 2, "limit": 95.0, "deadband": 2.0, "on_delay_s": 30.0, "off_delay_s": 0.0, "enabled": true}','unacknowledged','2026-01-15 12:00:00.000000','2026-01-15 12:00:00.000000',NULL,NULL,'','',96.5,NULL);
INSERT INTO "alarm" VALUES(2,'2026-01-15 12:00:00.000000','ahornvej-14.supply.high','ahornvej-14','ahornvej-14.supply',2,'{"id": "ahornvej-14.supply.high", "kind": "high", "device": "ahornvej-14", "point": "ahornvej-14.supply", "name": "Supply too hot", "priority": 2, "limit": 95.0, "deadband": 2.0, "on_delay_s": 30.0, "off_delay_s": 0.0, "enabled": true}','acknowledged','2026-01-15 12:00:00.000000','2026-01-15 12:00:00.000000',NULL,'2026-01-15 12:00:00.000000','Ole Holm','seen',96.5,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE standing (
	rule TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	CONSTRAINT pk_standing PRIMARY KEY (rule), 
	CONSTRAINT fk_standing_seq_alarm FOREIGN KEY(seq) REFERENCES alarm (seq)
);
INSERT INTO "standing" VALUES('ahornvej-14.supply.high',2);
CREATE INDEX ix_alarm_rule ON alarm (rule);
COMMIT;
