/** What a capture held besides the datagrams that were given; live while it is read. */
export class CaptureCounters {
  /** Octets of the file that have been read past. */
  bytesRead = 0;
  /** Frames in the file, cut and useless ones included. */
  frames = 0;
  /** UDP datagrams given to the caller. */
  udpDatagrams = 0;
  /** IP fragments, first ones included: rejected, never reassembled. */
  fragments = 0;
  /** Frames of anything else than UDP over IP. */
  nonUdp = 0;
  /** Frames whose UDP payload the capture cut (snap length): not given. */
  truncatedFrames = 0;
  /** Frames whose headers contradict themselves. */
  malformedFrames = 0;
  /** Frames of link types that nobody here reads. */
  unknownLinkType = 0;
  /** Frames longer than any network's, skipped. */
  oversizedFrames = 0;
  /** pcapng blocks that contradict themselves or name an interface that is not described. */
  malformedBlocks = 0;
  /** Frames without a time of their own (pcapng simple packets): given the time of the frame before. */
  framesWithoutTime = 0;
  /** 1 where the file ends inside a frame or block; everything before it was used. */
  truncatedFile = 0;
}
