import FaceCore
import Foundation

/// The endless form of a training set, for a pipe. Little endian throughout.
///
/// It begins with `GRNS`, the version as u32, the length of a JSON text as u32, and that text: `seed`, `size`, the names of
/// the `weights`, and `faces` and `negatives`, lists of fields with `name`, `type` (a NumPy type) and `shape` of a row.
/// Frames follow without end: `FACE` or `NONE`, the number of rows as u32, the number of bytes that follow as u32, and for
/// each field in the header's order all rows. `FACE` has the fields of `faces`, `NONE`, pictures without a face, those of
/// `negatives`.
package enum SampleStream {
  /// The version of what ``header(size:seed:)`` and ``frame(faces:)`` write.
  package static let version: UInt32 = 1

  private struct Facts: Encodable {
    let seed: UInt64
    let size: Int
    let weights = Blendshape.allCases.map(\.name)
    let faces: [SampleField]
    let negatives = [SampleField.negative]
  }

  /// What comes first; `size` is the patch's edge.
  package static func header(size: Int, seed: UInt64) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = try encoder.encode(Facts(seed: seed, size: size, faces: SampleField.faces(size: size)))
    return Data("GRNS".utf8) + bytes(version) + bytes(UInt32(text.count)) + text
  }

  /// A frame of faces.
  package static func frame(faces: [FaceSample]) -> Data {
    let count = faces.count
    var body = Data()
    for face in faces { body += face.patch }
    for face in faces { body += face.alpha }
    for floats in [\FaceSample.weightRow, \.rotationRow, \.landmarkRow, \.windowRow, \.gazeRow, \.personRow] {
      for face in faces { face[keyPath: floats].withUnsafeBytes { body.append(contentsOf: $0) } }
    }
    return Data("FACE".utf8) + bytes(UInt32(count)) + bytes(UInt32(body.count)) + body
  }

  /// A frame of pictures without a face.
  package static func frame(negatives: [[UInt8]]) -> Data {
    let body = Data(negatives.joined())
    return Data("NONE".utf8) + bytes(UInt32(negatives.count)) + bytes(UInt32(body.count)) + body
  }

  private static func bytes(_ value: UInt32) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
}

/// One array of a shard or stream.
struct SampleField: Encodable {
  let name: String
  /// As NumPy writes it: `|u1` or `<f4`.
  let type: String
  /// Of one row.
  let shape: [Int]

  /// What is known of a face, in the order of ``SampleStream/frame(faces:)``.
  static func faces(size: Int) -> [SampleField] {
    [
      SampleField(name: "patch", type: "|u1", shape: [size, size]),
      SampleField(name: "alpha", type: "|u1", shape: [size / 3, size / 3]),
      SampleField(name: "weights", type: "<f4", shape: [52]),
      SampleField(name: "rotation", type: "<f4", shape: [4]),
      SampleField(name: "landmarks", type: "<f4", shape: [70, 2]),
      SampleField(name: "window", type: "<f4", shape: [4]),
      SampleField(name: "gaze", type: "<f4", shape: [4]),
      SampleField(name: "person", type: "<f4", shape: [1]),
    ]
  }

  static let negative = SampleField(
    name: "negative", type: "|u1", shape: [SampleMaker.negativeSize, SampleMaker.negativeSize])
}

extension FaceSample {
  /// The 52 weights.
  var weightRow: [Float] { (0..<52).map { weights[$0] } }
  /// x, y, z, w.
  var rotationRow: [Float] { [rotation.x, rotation.y, rotation.z, rotation.w] }
  /// x and y of each.
  var landmarkRow: [Float] { landmarks.flatMap { [$0.x, $0.y] } }
  /// Centre, side, roll.
  var windowRow: [Float] { [window.centre.x, window.centre.y, window.side, window.roll] }
  /// The person's number.
  var personRow: [Float] { [Float(person)] }
  /// Left yaw and pitch, right yaw and pitch.
  var gazeRow: [Float] { [gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch] }
}
