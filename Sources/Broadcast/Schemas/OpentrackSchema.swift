import FaceCore

/// opentrack's "UDP over network" input on port 4242: six little-endian doubles x, y, z, yaw, pitch, roll.
///
/// Source: opentrack `proto-udp/ftnoir_protocol_ftn.cpp`, `api/plugin-api.hpp`. Centimetres and degrees: +x to the subject's
/// right, +y up, +z away from the camera; yaw > 0 to the right, pitch > 0 up, roll > 0 to the right shoulder. opentrack's own
/// options invert any axis. Without a face nothing is sent, so that opentrack sees the tracking stop.
package struct OpentrackSchema: Schema {
  package private(set) var datagrams: DatagramSet

  private let first = DatagramSet.Slot(index: 0)

  package init() {
    datagrams = DatagramSet(
      bytes: Array(repeating: 0, count: 48), ranges: [0..<48], offsets: Array(stride(from: 0, to: 48, by: 8)))
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let pose = frame.observation.pose
    let angles = pose.rotation.normalized.headAngles
    datagrams.setByteCount(frame.observation.isPresent ? 48 : 0, ofDatagram: 0)
    set(0, (0 - pose.position.x) * 100)
    set(1, pose.position.y * 100)
    set(2, (0 - pose.position.z) * 100)
    set(3, (0 - angles.yaw) * degreesPerRadian)
    set(4, angles.pitch * degreesPerRadian)
    set(5, angles.roll * degreesPerRadian)
  }

  private mutating func set(_ index: Int, _ value: Float) { datagrams.setLittleEndian(first + index, Double(value)) }
}
