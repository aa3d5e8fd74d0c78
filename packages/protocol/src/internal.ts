export { BitReader } from "./bytes/bit-reader.ts";
export { BitWriter, float32ToInt, intToFloat32 } from "./bytes/bit-writer.ts";
export { ByteReader } from "./bytes/byte-reader.ts";
export { ByteWriter } from "./bytes/byte-writer.ts";
export { utf8Length, utf8Read, utf8Write } from "./bytes/utf8.ts";
export { compileDescriptor, compileRoom, describeRoom } from "./schema/compile.ts";
export { structCodec } from "./schema/struct-codec.ts";
export type { StructCodec } from "./schema/struct-codec.ts";
export type {
  BlobCodec,
  CompiledEntity,
  CompiledField,
  CompiledRoom,
  CompiledStruct,
} from "./schema/compile.ts";
export { reservedFieldNames } from "./schema/definition.ts";
export { audiences, checkName, fieldOf, namePattern } from "./schema/field.ts";
export type { FixedCodec } from "./schema/fixed-codec.ts";
export { hashText } from "./schema/hash.ts";
export { sameJson } from "./schema/json-codec.ts";
export type { RefMap, ValueCodec } from "./schema/value-codec.ts";
export { heartbeatTime } from "./messages/session.ts";
export { isAfter, nextSeq } from "./messages/sequence.ts";
export { messageSpecs } from "./messages/message.ts";
export type { MessageFrom } from "./messages/message.ts";
export type { Sender } from "./messages/table.ts";
export { didYouMean } from "./nearest.ts";
export { protocolHash, protocolVersionMin } from "./protocol-version.ts";
export {
  beginMessage,
  binaryCodec,
  endMessage,
  writeAck,
  writeConfirm,
  writeEvent,
  writeInput,
  writePing,
  writeSnapshot,
} from "./encodings/binary.ts";
export type { MessageCodec, RoomLookup } from "./encodings/codec.ts";
export { fitsMessage, JsonText } from "./encodings/json-text.ts";
export { chooseSubprotocol, codecOf, codecs } from "./encodings/encodings.ts";
export { jsonCodec, jsonText } from "./encodings/json.ts";
export { readMessagePack, writeMessagePack } from "./encodings/messagepack.ts";
export { msgpackCodec } from "./encodings/msgpack.ts";
export { packMessage, resolveMessage } from "./encodings/resolve.ts";
export { checkJoinOptions, cleanChat, cleanName } from "./messages/content.ts";
export { Problems } from "./schema/problems.ts";
