/** Parameters of ceph.conf. */
export interface CephConfiguration {
  /** Cluster id, a UUID. */
  clusterId: string;
  /** Absolute path of the folder for all data of the daemons. */
  folder: string;
  /** TCP port of the monitor on 127.0.0.1. */
  monitorPort: number;
  /** `memstore` stores objects in memory and starts fast; `bluestore` stores them in a sparse file, for uploads of gigabytes. */
  store: 'memstore' | 'bluestore';
  /** Host name of the S3 service. A bucket is BUCKET.dnsName. radosgw treats every other host name as a bucket. */
  dnsName: string;
  /** Key that radosgw encrypts session tokens with: 16 characters. */
  tokenKey: string;
}

const EIGHT_GIB = 8 * 1024 ** 3;

/**
 * Returns ceph.conf for one monitor, one OSD and radosgw, all on 127.0.0.1 and without cephx between them.
 * Written for Ceph 16 (Debian 12) and newer; the options are those of https://docs.ceph.com/en/latest/rados/configuration/.
 */
export function cephConfiguration(configuration: CephConfiguration): string {
  const { clusterId, folder, monitorPort, store, dnsName, tokenKey } = configuration;
  // Daemons and radosgw use the mode "secure" by default, which without cephx loops forever on "get_initial_auth_request returned -13".
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
# The paths of Unix sockets are limited in length, and the tests do not use these sockets.
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
# radosgw creates its pools one after the other, and each waits for the monitor: with the defaults its first start takes 9 s.
paxos propose interval = 0.02
paxos min wait = 0.01
[mon]
mon data = ${folder}/mon
mon cluster log file = ${folder}/cluster.log
# Start even if the disk is nearly full.
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
# Allow server-side encryption without TLS.
rgw crypt require ssl = false
rgw s3 auth use sts = true
rgw sts key = ${tokenKey}
# Allow short lifetimes of temporary credentials. The default minimum is 15 minutes.
rgw sts min session duration = 1
`;
}
