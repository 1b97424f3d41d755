import FaceCore

/// EyeTrackVR's eyes, heard by its VRCFaceTracking module (port 8889).
///
/// Source: EyeTrackVR/ETVRTrackingModule `OSCManager.cs` and `V2Mapper.cs`. Its parser takes one message of one argument a
/// datagram, so nothing is bundled. Gaze −1…1 is 45° to either side, right and up positive; a lid is 0 closed, 1 open.
package struct ETVRSchema: Schema {
  package private(set) var datagrams: DatagramSet

  private let first: DatagramSet.Slot

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init() throws(BroadcastError) {
    var layout = PacketLayout(isBundled: false)
    let path = "/avatar/parameters/v2/"
    first = try layout.add(path + "EyeLeftX", [.float(0)])
    for name in ["EyeLeftY", "EyeRightX", "EyeRightY", "EyeLidLeft", "EyeLidRight"] {
      try layout.add(path + name, [.float(0)])
    }
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let eyes = UnifiedFace(frame.observation)
    datagrams.set(first, eyes.leftX)
    datagrams.set(first + 1, eyes.leftY)
    datagrams.set(first + 2, eyes.rightX)
    datagrams.set(first + 3, eyes.rightY)
    datagrams.set(first + 4, 1 - eyes[.eyeBlinkLeft])
    datagrams.set(first + 5, 1 - eyes[.eyeBlinkRight])
  }
}
