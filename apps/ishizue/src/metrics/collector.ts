import type { CollectorStatus, ReceiverSnapshot } from "../status/snapshot.ts";
import { counter, counterBy, type Family, gauge } from "./family.ts";

type Socket = ReceiverSnapshot["sockets"][number];

function bySocket(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (socket: Socket) => number | null,
): Family {
  return {
    name,
    type,
    help,
    labels: ["address", "port"],
    samples: ({ receiver }) =>
      (receiver?.sockets ?? []).map(
        (socket) => [[socket.address, String(socket.port)], value(socket)] as const,
      ),
  };
}

function byWorker(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (worker: CollectorStatus["workers"][number]) => number | null,
): Family {
  return {
    name,
    type,
    help,
    labels: ["worker"],
    samples: ({ workers }) => workers.map((worker) => [[String(worker.worker)], value(worker)] as const),
  };
}

/** The collector as a whole, its receivers and its workers. */
export const receiverFamilies: readonly Family[] = [
  gauge("ishizue_uptime_seconds", "Time since the collector started.", ({ upSeconds }) => upSeconds),
  gauge(
    "ishizue_event_loop_longest_stall_seconds",
    "Longest time of the last minute that the main thread did nothing else.",
    ({ eventLoop }) => eventLoop.longestStallMs / 1000,
  ),
  counter(
    "ishizue_event_loop_stalled_seconds_total",
    "Seconds in which the main thread did nothing else for more than 50 ms.",
    ({ eventLoop }) => eventLoop.stalledSeconds,
  ),
  {
    name: "ishizue_receiver_info",
    type: "gauge",
    help: "1; the label tells which kind of receiver is in use.",
    labels: ["kind"],
    samples: ({ receiver }) => (receiver === null ? [] : [[[receiver.kind], 1]]),
  },
  counter(
    "ishizue_received_datagrams_total",
    "Datagrams taken from the network.",
    ({ pipeline }) => pipeline.datagrams,
  ),
  counter(
    "ishizue_received_bytes_total",
    "Payload of the datagrams taken from the network.",
    ({ pipeline }) => pipeline.octets,
  ),
  counter(
    "ishizue_kernel_dropped_datagrams_total",
    "Datagrams that the kernel dropped because a receive buffer was full.",
    ({ receiver }) => receiver?.kernelDrops,
  ),
  counter(
    "ishizue_received_fragments_total",
    "IP fragments of export datagrams, which are not put together.",
    ({ receiver }) => receiver?.fragments,
  ),
  counter(
    "ishizue_received_bad_checksums_total",
    "Datagrams whose UDP checksum is wrong.",
    ({ receiver }) => receiver?.badChecksums,
  ),
  counter(
    "ishizue_received_truncated_datagrams_total",
    "Datagrams longer than the buffer that they were read into.",
    ({ receiver }) => receiver?.truncated,
  ),
  counter(
    "ishizue_socket_errors_total",
    "Errors that the flow sockets told.",
    ({ receiver }) => receiver?.socketErrors,
  ),
  bySocket(
    "counter",
    "ishizue_socket_dropped_datagrams_total",
    "Datagrams that the kernel dropped, by the socket whose buffer was full.",
    ({ kernelDrops }) => kernelDrops,
  ),
  bySocket(
    "gauge",
    "ishizue_socket_receive_buffer_bytes",
    "Receive buffer that the kernel granted, by socket.",
    ({ receiveBufferBytes }) => receiveBufferBytes,
  ),
  byWorker(
    "counter",
    "ishizue_worker_received_datagrams_total",
    "Datagrams taken, by worker.",
    ({ datagrams }) => datagrams,
  ),
  byWorker(
    "counter",
    "ishizue_worker_received_bytes_total",
    "Payload of the datagrams taken, by worker.",
    ({ octets }) => octets,
  ),
  byWorker(
    "counter",
    "ishizue_worker_records_total",
    "Flow records decoded, by worker.",
    (worker) => worker.records,
  ),
  byWorker(
    "gauge",
    "ishizue_worker_exporters",
    "Exporters that a worker owns.",
    ({ exporters }) => exporters,
  ),
  byWorker(
    "counter",
    "ishizue_worker_kernel_dropped_datagrams_total",
    "Datagrams that the kernel dropped before a worker could read them.",
    ({ kernelDrops }) => kernelDrops,
  ),
];

/** From datagrams to durable records. */
export const pipelineFamilies: readonly Family[] = [
  counter("ishizue_records_total", "Flow records decoded.", ({ pipeline }) => pipeline.records),
  counter(
    "ishizue_options_records_total",
    "Records of options data decoded.",
    ({ pipeline }) => pipeline.optionsRecords,
  ),
  counter(
    "ishizue_template_records_total",
    "Templates and options templates received, again and again.",
    ({ pipeline }) => pipeline.templates,
  ),
  counterBy(
    "ishizue_decode_faults_total",
    "Input that was not understood: datagrams (unknown_version, malformed_messages), sets (undecoded_sets: no template; malformed_sets) or records (malformed_records).",
    "kind",
    ({
      pipeline: { unknownVersion, malformedMessages, undecodedSets, malformedSets, malformedRecords },
    }) => ({
      unknownVersion,
      malformedMessages,
      undecodedSets,
      malformedSets,
      malformedRecords,
    }),
  ),
  counter(
    "ishizue_refused_datagrams_total",
    "Datagrams of exporters past limits.exporters.",
    ({ pipeline }) => pipeline.refusedDatagrams,
  ),
  counter(
    "ishizue_non_flow_records_total",
    "Data records without octets and packets, such as NAT events.",
    ({ pipeline }) => pipeline.nonFlowRecords,
  ),
  counter(
    "ishizue_attributed_records_total",
    "Flow records with a line at one end at least.",
    ({ pipeline }) => pipeline.attributed,
  ),
  counter(
    "ishizue_unknown_interval_records_total",
    "Flow records of unknown sampling interval, which are in no estimate.",
    ({ pipeline }) => pipeline.unknownInterval,
  ),
  counter(
    "ishizue_timed_by_arrival_records_total",
    "Flow records whose own time was missing or out of clock.maxSkew.",
    ({ pipeline }) => pipeline.timedByArrival,
  ),
  counter(
    "ishizue_unknown_routing_domain_records_total",
    "Flow records with an end in a VRF or VNI that routingDomains names nowhere.",
    ({ pipeline }) => pipeline.unknownRoutingDomain,
  ),
  counter(
    "ishizue_durable_records_total",
    "Flow records durable in the spool.",
    ({ pipeline }) => pipeline.rowsDurable,
  ),
  counter(
    "ishizue_lost_records_total",
    "Flow records that were decoded and could not be made durable.",
    ({ pipeline }) => pipeline.rowsLost,
  ),
];

/** What waits for the tables. */
export const spoolFamilies: readonly Family[] = [
  {
    name: "ishizue_spool_state",
    type: "gauge",
    help: "1 for the state that the spool is in: full (blocks are refused), retrying (the store takes nothing), ok.",
    labels: ["state"],
    samples: ({ spool }) =>
      ["ok", "retrying", "full"].map((state) => [[state], spool.state === state ? 1 : 0] as const),
  },
  gauge(
    "ishizue_disk_free_bytes",
    "What may still be written on the disk of the data folder.",
    ({ disk }) => disk?.freeBytes,
  ),
  gauge("ishizue_disk_size_bytes", "Size of the disk of the data folder.", ({ disk }) => disk?.totalBytes),
  gauge("ishizue_spool_pending_files", "Files that wait for the store.", ({ spool }) => spool.pendingFiles),
  gauge("ishizue_spool_pending_bytes", "Octets that wait for the store.", ({ spool }) => spool.pendingBytes),
  counter(
    "ishizue_spool_inserted_blocks_total",
    "Blocks that the store took.",
    ({ spool }) => spool.insertedBlocks,
  ),
  counter(
    "ishizue_spool_inserted_rows_total",
    "Rows that the store took.",
    ({ spool }) => spool.insertedRows,
  ),
  counter(
    "ishizue_spool_leftover_blocks_total",
    "Blocks found in the spool at the start.",
    ({ spool }) => spool.leftoverBlocks,
  ),
  counter(
    "ishizue_spool_refused_blocks_total",
    "Blocks refused because the spool was full.",
    ({ spool }) => spool.refusedBlocks,
  ),
  counter(
    "ishizue_spool_refused_rows_total",
    "Rows refused because the spool was full.",
    ({ spool }) => spool.refusedRows,
  ),
  counter(
    "ishizue_spool_insert_failures_total",
    "Attempts to insert that failed and are made again.",
    ({ spool }) => spool.failures,
  ),
  counter(
    "ishizue_spool_corrupt_files_total",
    "Files that are not what was written, set aside.",
    ({ spool }) => spool.corruptFiles,
  ),
  counter(
    "ishizue_spool_missing_files_total",
    "Files that were gone when their turn came.",
    ({ spool }) => spool.goneFiles,
  ),
];
