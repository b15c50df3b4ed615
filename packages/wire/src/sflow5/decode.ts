import { hostIsLittleEndian, mappedWord } from "../address/word.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { type FlowBatch, SamplingOrigin } from "../flow/batch.ts";
import { FlowSample, readFlowSample, sampleIsIp } from "./flow-sample.ts";
import { SampleFormat } from "./format.ts";

const sample = new FlowSample();

/**
 * No packet is longer: 64 KiB and the largest segments that hosts hand to their
 * network cards (512 KiB). A greater length is a lie that would drown a report.
 */
const maxPacketOctets = 524_288;

/**
 * Appends every flow sample of one sFlow version 5 datagram to `batch`.
 *
 * Shape: one row a flow sample that describes a packet; the domain is the
 * sub-agent. Samples of what is not IP are rows without addresses.
 * Units: octets of layer 3: the IP length in the sampled header, else the frame
 * length less its link headers; what was taken off is in
 * `outcome.layer2OctetsRemoved`. Packets 1. sFlow has no times: the flow end is
 * the arrival.
 * Outcomes: a sample whose packet is longer than any packet is no row and a
 * malformed record; one that describes no packet is a non-flow record. Status
 * decoded; truncated (fewer samples than the header says, or a cut
 * one, whose complete records still count); tooShort and batchFull append
 * nothing.
 * Source: sFlow Version 5 (sflow_version_5.txt), sample_datagram.
 */
export function decodeSflow5(
  _bytes: Uint8Array,
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
): void {
  const end = offset + length;
  const header = readHeader(view, offset, end, outcome);
  if (header < 0) {
    outcome.status = "tooShort";
    return;
  }
  const samples = view.getUint32(header - 4);
  const firstRow = batch.rowCount;
  batch.constantRows.varyAll(firstRow);
  sample.innerPackets = exporter.innerPackets;
  let row = firstRow;
  let at = header;
  for (let index = 0; index < samples; index++) {
    if (end - at < 8) {
      outcome.status = "truncated";
      break;
    }
    const format = view.getUint32(at);
    const declared = view.getUint32(at + 4);
    at += 8;
    const sampleEnd = at + Math.min(declared, end - at);
    if (declared > end - at) outcome.status = "truncated";
    if (format === SampleFormat.flow || format === SampleFormat.expandedFlow) {
      if (!readFlowSample(view, at, sampleEnd, format === SampleFormat.expandedFlow, sample, outcome)) {
        outcome.malformedSets++;
      } else {
        outcome.flowSamples++;
        if (sample.octets > maxPacketOctets) outcome.malformedRecords++;
        else if (sample.packet === 0) outcome.nonFlowRecords++;
        else if (row === batch.capacity) {
          outcome.reset();
          outcome.version = 105;
          outcome.status = "batchFull";
          return;
        } else appendRow(batch, row++, exporter, arrivalMs, outcome);
      }
    } else if (format === SampleFormat.counters || format === SampleFormat.expandedCounters) {
      if (sampleEnd - at < (format === SampleFormat.counters ? 12 : 16)) outcome.malformedSets++;
      else outcome.counterSamples++;
    } else {
      outcome.undecodedSamples++;
    }
    at = sampleEnd;
  }
  outcome.rows = row - firstRow;
  outcome.dataRecords = outcome.flowSamples;
  batch.rowCount = row;
}

/** Reads the datagram header into `outcome`; where the first sample begins, or -1. */
export function readHeader(view: DataView, offset: number, end: number, outcome: DecodeOutcome): number {
  if (end - offset < 8) return -1;
  const addressType = view.getUint32(offset + 4);
  const addressOctets = addressType === 1 ? 4 : addressType === 2 ? 16 : -1;
  if (addressOctets < 0 || end - offset < 24 + addressOctets) return -1;
  const words = outcome.agentAddress;
  if (addressOctets === 4) {
    words[0] = 0;
    words[1] = 0;
    words[2] = mappedWord;
    words[3] = view.getUint32(offset + 8, hostIsLittleEndian);
  } else {
    for (let word = 0; word < 4; word++) {
      words[word] = view.getUint32(offset + 8 + 4 * word, hostIsLittleEndian);
    }
  }
  const at = offset + 8 + addressOctets;
  outcome.observationDomainId = view.getUint32(at);
  outcome.sequenceNumber = view.getUint32(at + 4);
  outcome.sysUpTimeMs = view.getUint32(at + 8);
  return at + 16;
}

function appendRow(
  batch: FlowBatch,
  row: number,
  exporter: Exporter,
  arrivalMs: number,
  outcome: DecodeOutcome,
): void {
  batch.exporterIndex[row] = exporter.index;
  batch.observationDomainId[row] = outcome.observationDomainId;
  batch.arrivalMs[row] = arrivalMs;
  const { sourceAddress, destinationAddress, ipNextHop } = batch;
  const word = 4 * row;
  for (let index = 0; index < 4; index++) {
    sourceAddress[word + index] = sample.sourceAddress[index];
    destinationAddress[word + index] = sample.destinationAddress[index];
    ipNextHop[word + index] = sample.nextHop[index];
  }
  batch.sourceTransportPort[row] = sample.sourcePort;
  batch.destinationTransportPort[row] = sample.destinationPort;
  batch.protocolIdentifier[row] = sample.protocol;
  batch.tcpControlBits[row] = sample.tcpControlBits;
  batch.ipClassOfService[row] = sample.ipClassOfService;
  batch.octetDeltaCount[row] = sample.octets;
  batch.packetDeltaCount[row] = 1;
  batch.flowStartMs[row] = arrivalMs;
  batch.flowEndMs[row] = arrivalMs;
  batch.ingressInterface[row] = sample.ingressInterface;
  batch.egressInterface[row] = sample.egressInterface;
  batch.bgpSourceAsNumber[row] = sample.sourceAsNumber;
  batch.bgpDestinationAsNumber[row] = sample.destinationAsNumber;
  batch.sourcePrefixLength[row] = sample.sourcePrefixLength;
  batch.destinationPrefixLength[row] = sample.destinationPrefixLength;
  batch.flowDirection[row] = sample.flowDirection;
  batch.vlanId[row] = sample.vlanId;
  batch.ingressVRFID[row] = 0;
  batch.egressVRFID[row] = 0;
  batch.ingressVni[row] = sample.ingressVni;
  batch.egressVni[row] = sample.egressVni;
  batch.samplerId[row] = 0;
  let interval = exporter.samplingOverride;
  let origin: number = SamplingOrigin.override;
  if (interval === 0) {
    interval = sample.samplingInterval;
    origin = SamplingOrigin.record;
  }
  if (interval === 0) {
    interval = exporter.samplingDefault;
    origin = interval === 0 ? SamplingOrigin.unknown : SamplingOrigin.default;
  }
  batch.samplingInterval[row] = interval;
  batch.samplingOrigin[row] = origin;
  if (!sampleIsIp(sample)) outcome.nonIpSamples++;
  if (sample.layer2Octets > 0) {
    outcome.layer2OctetRecords++;
    outcome.layer2OctetsRemoved += sample.layer2Octets;
  }
}
