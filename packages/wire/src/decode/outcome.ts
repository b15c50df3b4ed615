/**
 * What one call of `Decoder.decode` found.
 *
 * - `decoded`: the message was read to its end.
 * - `truncated`: the message says that it is longer than the datagram; the
 *   complete records in it were appended, what is cut off is not.
 * - `tooShort`: not even a message header; nothing appended.
 * - `unknownVersion`: no export protocol starts like this; nothing appended.
 * - `batchFull`: the rows would not fit; nothing appended, nothing learned:
 *   hand the batch on and decode the same bytes again.
 */
export type DecodeStatus = "decoded" | "truncated" | "tooShort" | "unknownVersion" | "batchFull";

/**
 * The outcome of decoding one message. One object a decoder, reused: it is
 * valid until the next call of `decode`. Every count is of this message only.
 */
export class DecodeOutcome {
  status: DecodeStatus = "decoded";
  /** 1, 5, 6, 7, 9, 10 (IPFIX), 105 (sFlow version 5); 0 unknown. */
  version = 0;
  /** IPFIX observation domain, v9 source id, v5 engine type × 256 + engine id, sFlow sub-agent id. */
  observationDomainId = 0;
  sequenceNumber = 0;
  /** Milliseconds since the Unix epoch by the exporter's clock; 0 where the message has none (sFlow). */
  exportTimeMs = 0;
  /** Milliseconds since the exporter started; 0 where the message has none (IPFIX). */
  sysUpTimeMs = 0;

  /** Rows appended to the batch, those of released sets included. A biflow record appends up to two (RFC 5103). */
  rows = 0;
  /** Records of this message's own data sets; those of released sets are `releasedRecords`. */
  dataRecords = 0;
  optionsRecords = 0;
  templates = 0;
  optionsTemplates = 0;
  /** Templates withdrawn by an exporter over TCP or TLS. */
  templateWithdrawals = 0;
  /** Withdrawals that came over UDP: they must be ignored (RFC 7011, 8.4). */
  withdrawalsIgnored = 0;
  /** Templates dropped because the exporter had not sent them again within their lifetime. */
  templatesExpired = 0;
  /** Template records that replaced a different template of the same id. */
  templateChanges = 0;
  /** Templates or domains dropped because the exporter reached a limit. */
  templatesEvicted = 0;
  /** Template records not kept: too many fields, nothing or next to nothing in them, or no room left by all exporters. */
  templatesRejected = 0;
  /** Samplers not kept because the exporter reached a limit. */
  samplersRejected = 0;
  /** Names from options data not kept because of a limit. */
  namesRejected = 0;
  flowSamples = 0;
  counterSamples = 0;
  /** Samples of a kind that is not known. */
  undecodedSamples = 0;
  /** Data sets whose template was not known when they came. */
  undecodedSets = 0;
  /** Those of them that were put aside until their template comes. */
  heldSets = 0;
  /** Sets held before, by any message of the exporter, that were read now. */
  releasedSets = 0;
  /** Their data and options records. */
  releasedRecords = 0;
  /** The last of `rows`: those of released sets. */
  releasedRows = 0;
  /** Sets held before, of any exporter, given up: past a limit, too old, withdrawn, or older than the exporter's start. */
  droppedSets = 0;
  /** Sets (or samples) whose lengths contradict themselves; their siblings are still read. */
  malformedSets = 0;
  /** Records cut off by the end of their set. */
  malformedRecords = 0;
  /** Data records that carry neither octets nor packets, such as NAT events. */
  nonFlowRecords = 0;
  /** Events appended to `Decoder.natEvents`, and those that it had no room for. */
  natEvents = 0;
  natEventsLost = 0;
  /** Rows whose octets were counted on layer 2 and reduced to layer 3. */
  layer2OctetRecords = 0;
  /** Octets that this reduction took off, unscaled. */
  layer2OctetsRemoved = 0;
  /** Rows of sampled frames that carry no IP: they have no addresses. */
  nonIpSamples = 0;
  /** Address that an sFlow agent names itself by, as network-order words; all zero where the message has none. */
  readonly agentAddress = new Uint32Array(4);

  reset(): void {
    this.status = "decoded";
    this.version = 0;
    this.observationDomainId = 0;
    this.sequenceNumber = 0;
    this.exportTimeMs = 0;
    this.sysUpTimeMs = 0;
    this.rows = 0;
    this.dataRecords = 0;
    this.optionsRecords = 0;
    this.templates = 0;
    this.optionsTemplates = 0;
    this.templateWithdrawals = 0;
    this.withdrawalsIgnored = 0;
    this.templatesExpired = 0;
    this.templateChanges = 0;
    this.templatesEvicted = 0;
    this.templatesRejected = 0;
    this.samplersRejected = 0;
    this.namesRejected = 0;
    this.flowSamples = 0;
    this.counterSamples = 0;
    this.undecodedSamples = 0;
    this.undecodedSets = 0;
    this.heldSets = 0;
    this.releasedSets = 0;
    this.releasedRecords = 0;
    this.releasedRows = 0;
    this.droppedSets = 0;
    this.malformedSets = 0;
    this.malformedRecords = 0;
    this.nonFlowRecords = 0;
    this.natEvents = 0;
    this.natEventsLost = 0;
    this.layer2OctetRecords = 0;
    this.layer2OctetsRemoved = 0;
    this.nonIpSamples = 0;
    // fill() costs more than the four stores on so short an array.
    for (let word = 0; word < 4; word++) this.agentAddress[word] = 0;
  }
}
