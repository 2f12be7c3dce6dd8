/** What a throw-away cluster's ceph.conf depends on. */
export interface CephConfiguration {
  /** Cluster id, a UUID. */
  clusterId: string;
  /** Absolute folder for everything the daemons write. */
  folder: string;
  /** TCP port of the monitor on 127.0.0.1. */
  monitorPort: number;
  /** `memstore` keeps objects in memory (fast to boot); `bluestore` keeps them in one sparse file (for uploads of gigabytes). */
  store: 'memstore' | 'bluestore';
  /** The host name of the S3 service: BUCKET.dnsName addresses a bucket. radosgw takes any other name than this one for a bucket's. */
  dnsName: string;
  /** 16 characters with which radosgw encrypts session tokens. */
  tokenKey: string;
}

const EIGHT_GIB = 8 * 1024 ** 3;

/**
 * The text of ceph.conf for one monitor, one OSD and radosgw, all on 127.0.0.1 and without cephx between them.
 * Written for Ceph 16 (Debian 12) and newer; the options are those of https://docs.ceph.com/en/latest/rados/configuration/.
 */
export function configurationText(configuration: CephConfiguration): string {
  const { clusterId, folder, monitorPort, store, dnsName, tokenKey } = configuration;
  // Daemons and radosgw want mode "secure" by default, which without cephx loops for ever on "get_initial_auth_request returned -13".
  const messengerModes = ['mon client', 'mon cluster', 'mon service', 'cluster', 'service', 'client'].map(
    (kind) => `ms ${kind} mode = crc`,
  );
  return `[global]
fsid = ${clusterId}
mon host = [v2:127.0.0.1:${monitorPort}]
mon initial members = a
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
${messengerModes.join('\n')}
run dir = ${folder}
crash dir = ${folder}
# Unix sockets have short paths at most, and nobody talks to these.
admin socket =
log file = ${folder}/$name.log
log to stderr = false
err to stderr = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
# radosgw creates its pools one after the other, and each waits for a round of the monitor: with the defaults its first start takes 9 s.
paxos propose interval = 0.02
paxos min wait = 0.01
[mon]
mon data = ${folder}/mon
mon cluster log file = ${folder}/cluster.log
# A nearly full disk is no reason to refuse to start.
mon data avail warn = 1
mon data avail crit = 0
[osd]
osd data = ${folder}/osd
osd objectstore = ${store}
memstore device bytes = ${EIGHT_GIB}
bluestore block size = ${EIGHT_GIB}
osd memory target = 939524096
[client]
rgw data = ${folder}/rgw
rgw dns name = ${dnsName}
rgw thread pool size = 64
# Server-side encryption may be asked for without TLS.
rgw crypt require ssl = false
rgw s3 auth use sts = true
rgw sts key = ${tokenKey}
# Session credentials may be as short-lived as a test needs, instead of 15 minutes at least.
rgw sts min session duration = 1
`;
}
