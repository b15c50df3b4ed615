import type { DecodeOutcome } from "../decode/outcome.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { lifetimeMinutes } from "./lifetime.ts";
import type { TemplateStore } from "./store.ts";
import { type FieldSpecifier, Template } from "./template.ts";

/** Told of every template record: the template as kept, or undefined and the id that was withdrawn. */
export type TemplateListener = (template: Template | undefined, withdrawnId: number) => void;

/**
 * Learns every template of one template set or options template set.
 *
 * Shape: the set's records lie in [offset, end) of `view`, the set header left
 * out; `end` is proved. `options` tells the two kinds apart.
 * Outcomes: counted in `outcome`; at the first record that contradicts the
 * set's length the rest of the set is given up, its siblings are not. A
 * template sent again unchanged allocates nothing.
 *
 * `minute` is when the set came, since the Unix epoch; templates that have not
 * come again within their lifetime are dropped. Over a stream (`overStream`)
 * templates do not expire and withdrawals are obeyed; over UDP withdrawals are
 * counted and ignored (RFC 7011, 8.4), but the listener is told.
 * Source: RFC 3954, 5.2 and 6.1; RFC 7011, 3.4.1, 3.4.2, 8.1 and 8.4.
 */
export function readTemplateSet(
  view: DataView,
  offset: number,
  end: number,
  netflow9: boolean,
  options: boolean,
  domainId: number,
  store: TemplateStore,
  limits: DecoderLimits,
  outcome: DecodeOutcome,
  listener?: TemplateListener,
  minute = 0,
  overStream = false,
): void {
  const headerLength = options ? 6 : 4;
  while (end - offset >= 4) {
    const id = view.getUint16(offset);
    const count = view.getUint16(offset + 2);
    // What is left is padding (RFC 7011, 3.3.1).
    if (id === 0 && count === 0) return;
    if (!netflow9 && count === 0) {
      if (overStream) withdraw(id, options, domainId, store, outcome);
      else outcome.withdrawalsIgnored++;
      listener?.(undefined, id);
      offset += 4;
      continue;
    }
    if (end - offset < headerLength) {
      outcome.malformedSets++;
      return;
    }
    let fieldCount = count;
    let scopeFieldCount = 0;
    if (options && netflow9) {
      // Here the two numbers are octets of scope fields and octets of option fields.
      const optionsLength = view.getUint16(offset + 4);
      scopeFieldCount = count >> 2;
      fieldCount = scopeFieldCount + (optionsLength >> 2);
      if (((count | optionsLength) & 3) !== 0) fieldCount = 0;
    } else if (options) {
      scopeFieldCount = view.getUint16(offset + 4);
    }
    const fieldsOffset = offset + headerLength;
    const fieldsEnd = endOfFields(view, fieldsOffset, end, fieldCount, netflow9);
    if (id < 256 || fieldCount === 0 || scopeFieldCount > fieldCount || fieldsEnd < 0) {
      outcome.malformedSets++;
      return;
    }
    const known = store.domain(netflow9, domainId)?.templates.get(id);
    if (known !== undefined && isSame(known, view, fieldsOffset, fieldCount, options, scopeFieldCount)) {
      store.refresh(known, minute);
      countTemplate(outcome, options);
      listener?.(known, 0);
    } else if (fieldCount > limits.fieldsPerTemplate) {
      reject(known, store, outcome);
    } else {
      const fields = readFields(view, fieldsOffset, fieldCount, netflow9, scopeFieldCount);
      const template = new Template(id, netflow9, options, scopeFieldCount, fields);
      if (!isInProportion(template, limits)) {
        reject(known, store, outcome);
      } else {
        template.refreshedMinute = minute;
        const evicted = store.put(domainId, template, limits);
        if (evicted < 0) {
          outcome.templatesRejected++;
        } else {
          if (known !== undefined) outcome.templateChanges++;
          outcome.templatesEvicted += evicted;
          countTemplate(outcome, options);
          listener?.(template, 0);
        }
      }
    }
    offset = fieldsEnd;
  }
  if (!overStream)
    outcome.templatesExpired += store.expire(minute, lifetimeMinutes(limits.templateLifetimeMs));
}

function countTemplate(outcome: DecodeOutcome, options: boolean): void {
  if (options) outcome.optionsTemplates++;
  else outcome.templates++;
}

/** Whether the records have octets, and not many more values than octets: work and output hang on these. */
export function isInProportion({ fields, minimumLength }: Template, limits: DecoderLimits): boolean {
  let emptyFields = 0;
  for (const field of fields) if (field.length === 0) emptyFields++;
  return minimumLength > 0 && emptyFields <= limits.emptyFieldsPerOctet * minimumLength;
}

/** Counts a template that is not kept. What the exporter sends under its id is no longer what we know. */
function reject(known: Template | undefined, store: TemplateStore, outcome: DecodeOutcome): void {
  outcome.templatesRejected++;
  if (known !== undefined) store.withdraw(known);
}

/** Where `count` field specifiers end, -1 where that lies past `end`. */
function endOfFields(view: DataView, offset: number, end: number, count: number, netflow9: boolean): number {
  if (netflow9) {
    const fieldsEnd = offset + 4 * count;
    return fieldsEnd > end ? -1 : fieldsEnd;
  }
  for (let field = 0; field < count; field++) {
    if (end - offset < 4) return -1;
    offset += view.getUint16(offset) >= 0x8000 ? 8 : 4;
  }
  return offset > end ? -1 : offset;
}

function readFields(
  view: DataView,
  offset: number,
  count: number,
  netflow9: boolean,
  scopeFieldCount: number,
): FieldSpecifier[] {
  const fields: FieldSpecifier[] = [];
  for (let field = 0; field < count; field++) {
    const type = view.getUint16(offset);
    const length = view.getUint16(offset + 2);
    if (netflow9) {
      const enterprise = field < scopeFieldCount ? netflow9ScopeEnterprise : 0;
      fields.push({ enterprise, id: type, length });
      offset += 4;
    } else if (type >= 0x8000) {
      fields.push({ enterprise: view.getUint32(offset + 4), id: type & 0x7fff, length });
      offset += 8;
    } else {
      fields.push({ enterprise: 0, id: type, length });
      offset += 4;
    }
  }
  return fields;
}

function isSame(
  known: Template,
  view: DataView,
  offset: number,
  fieldCount: number,
  options: boolean,
  scopeFieldCount: number,
): boolean {
  if (known.isOptions !== options || known.scopeFieldCount !== scopeFieldCount) return false;
  if (known.fields.length !== fieldCount) return false;
  for (const field of known.fields) {
    const type = view.getUint16(offset);
    if (view.getUint16(offset + 2) !== field.length) return false;
    if (known.netflow9 || type < 0x8000) {
      if (type !== field.id || (!known.netflow9 && field.enterprise !== 0)) return false;
      offset += 4;
    } else {
      if ((type & 0x7fff) !== field.id || view.getUint32(offset + 4) !== field.enterprise) return false;
      offset += 8;
    }
  }
  return true;
}

/** RFC 7011, 8.1: a template without fields withdraws its id, or with the set's own id all of the set's kind. */
function withdraw(
  id: number,
  options: boolean,
  domainId: number,
  store: TemplateStore,
  outcome: DecodeOutcome,
): void {
  const domain = store.domain(false, domainId);
  if (id === (options ? 3 : 2)) {
    if (domain !== undefined) outcome.templateWithdrawals += store.withdrawAll(domain, options);
    return;
  }
  if (id < 256) {
    outcome.malformedSets++;
    return;
  }
  const template = domain?.templates.get(id);
  if (template === undefined || template.isOptions !== options) return;
  store.withdraw(template);
  outcome.templateWithdrawals++;
}
