/** What a console asks, by name; `from` and `to` are seconds since the epoch. */
export const consoleQueries: Readonly<Record<string, string>> = {
  topLines: `SELECT l.line_id AS line_id, sum(l.octets_in) AS octets_in, sum(l.octets_out) AS octets_out
    FROM line_hour AS l WHERE l.hour >= toDateTime({from:UInt32}) AND l.hour < toDateTime({to:UInt32})
    GROUP BY line_id ORDER BY octets_in + octets_out DESC LIMIT 100`,
  trafficOfExporters: `SELECT e.exporter AS exporter, e.bin AS bin, e.direction AS direction, sum(e.octets) AS octets, sum(e.variance) AS variance
    FROM edge_5m AS e WHERE e.bin >= toDateTime({from:UInt32}) AND e.bin < toDateTime({to:UInt32})
    GROUP BY exporter, bin, direction ORDER BY exporter, bin, direction`,
  ports: `SELECT p.protocol AS protocol, p.port AS port, sum(p.octets) AS octets, sum(p.variance) AS variance
    FROM port_hour AS p WHERE p.hour >= toDateTime({from:UInt32}) AND p.hour < toDateTime({to:UInt32})
    GROUP BY protocol, port ORDER BY octets DESC LIMIT 100`,
  services: `SELECT p.hour AS hour, p.service AS service, p.direction AS direction, sum(p.octets) AS octets
    FROM port_hour AS p WHERE p.hour >= toDateTime({from:UInt32}) AND p.hour < toDateTime({to:UInt32})
    GROUP BY hour, service, direction ORDER BY hour, service, direction`,
  quality: `SELECT q.exporter AS exporter, sum(q.records) AS records, sum(q.lost) AS lost, sum(q.attributed_octets) AS attributed
    FROM quality_5m AS q WHERE q.bin >= toDateTime({from:UInt32}) AND q.bin < toDateTime({to:UInt32})
    GROUP BY exporter ORDER BY exporter`,
  oneLine: `SELECT l.hour AS hour, sum(l.octets_in) AS octets_in, sum(l.octets_out) AS octets_out
    FROM line_hour AS l WHERE l.line_id = (SELECT line_id FROM line_hour LIMIT 1) AND l.hour >= toDateTime({from:UInt32}) AND l.hour < toDateTime({to:UInt32})
    GROUP BY hour ORDER BY hour`,
  // Raw records: what only they can tell.
  networks: `SELECT if(f.line_in != '', f.dst_as, f.src_as) AS network, sum(f.octets * f.sampling_interval) AS octets
    FROM flows AS f WHERE f.flow_end >= toDateTime({from:UInt32}) AND f.flow_end < toDateTime({to:UInt32})
    GROUP BY network ORDER BY octets DESC LIMIT 100`,
};
