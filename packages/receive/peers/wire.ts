/** A wire between two network namespaces: exporters on one end, the collector on the other. */
import { FrameWriter } from "../src/contract/frames.ts";
import { inNamespace, ip } from "../src/contract/namespace.ts";

const collectorMac = "02:00:00:00:00:01";
const exporterMac = "02:00:00:00:00:02";

/**
 * `ci` (192.0.2.1, 2001:db8::1) in the collector's namespace, `ei` (192.0.2.2,
 * 2001:db8::2) in the exporters'; VLAN 10 over it is 198.51.100.1 and .2.
 */
export class Wire {
  readonly collector: string;
  readonly exporters: string;
  readonly #frames: FrameWriter;

  private constructor(collector: string, exporters: string, frames: FrameWriter) {
    this.collector = collector;
    this.exporters = exporters;
    this.#frames = frames;
  }

  static async make(name: string): Promise<Wire> {
    const collector = `ishizue-test-${process.pid}-${name}-c`;
    const exporters = `ishizue-test-${process.pid}-${name}-e`;
    ip(`netns add ${collector}`);
    ip(`netns add ${exporters}`);
    ip(`link add ci netns ${collector} type veth peer name ei netns ${exporters}`);
    Wire.#end(collector, "ci", collectorMac, 1);
    Wire.#end(exporters, "ei", exporterMac, 2);
    ip(`-n ${collector} neigh replace 192.0.2.2 lladdr ${exporterMac} dev ci nud permanent`);
    ip(`-n ${exporters} neigh replace 192.0.2.1 lladdr ${collectorMac} dev ei nud permanent`);
    ip(`-n ${exporters} neigh replace 2001:db8::1 lladdr ${collectorMac} dev ei nud permanent`);
    const frames = await inNamespace(exporters, () => new FrameWriter("ei"));
    return new Wire(collector, exporters, frames);
  }

  static #end(namespace: string, name: string, mac: string, host: number): void {
    ip(`-n ${namespace} link set lo up`);
    ip(`-n ${namespace} link set ${name} address ${mac} up`);
    ip(`-n ${namespace} addr add 192.0.2.${host}/24 dev ${name}`);
    ip(`-n ${namespace} -6 addr add 2001:db8::${host}/64 dev ${name} nodad`);
  }

  /** Makes VLAN 10 of the collector's card an interface with an address; false where this kernel has no VLANs. */
  addVlan(address: string): boolean {
    try {
      ip(`-n ${this.collector} link add link ci name ci.10 type vlan id 10`);
    } catch {
      return false;
    }
    ip(`-n ${this.collector} link set ci.10 up`);
    ip(`-n ${this.collector} addr add ${address} dev ci.10`);
    return true;
  }

  /** Puts the collector's card into a bridge that has an address. */
  addBridge(address: string): void {
    ip(`-n ${this.collector} link add name bridge0 type bridge`);
    ip(`-n ${this.collector} link set bridge0 address ${collectorMac} up`);
    ip(`-n ${this.collector} link set ci master bridge0`);
    ip(`-n ${this.collector} addr add ${address} dev bridge0`);
  }

  removeBridge(): void {
    ip(`-n ${this.collector} link del bridge0`);
  }

  /** An address more of the collector's, or of the exporters'. */
  addAddress(namespace: string, name: string, address: string): void {
    ip(`-n ${namespace} addr add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`);
  }

  removeAddress(namespace: string, name: string, address: string): void {
    ip(`-n ${namespace} addr del ${address} dev ${name}`);
  }

  /** Puts a packet on the wire for the collector's card; `tags` are ether types and tags before it. */
  put(etherTypes: string, packet: Uint8Array, destination: string = collectorMac): void {
    this.#frames.write(destination, exporterMac, etherTypes, packet);
  }

  remove(): void {
    this.#frames.close();
    ip(`netns del ${this.collector}`);
    ip(`netns del ${this.exporters}`);
  }
}
