/// Why a model file can't be read or written; its description is one line that names file and fault.
package struct ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
  package var path: String
  package var fault: Fault

  package init(path: String, fault: Fault) {
    self.path = path
    self.fault = fault
  }

  package var description: String { "\(path): \(fault)" }

  /// What is wrong.
  package enum Fault: Error, Equatable, Sendable {
    /// A call to the system failed.
    case system(call: String, reason: String)
    case notARegularFile
    case empty
    /// The file has more than ``ModelFile/maximumSize`` bytes.
    case tooLarge(Int)
    case notAModel
    case newerVersion(UInt32)
    case unknownVersion(UInt32)
    case truncated(atByte: Int, expected: UInt64)
    case trailingBytes(found: Int, expected: UInt64)
    case checksum(found: UInt32, expected: UInt32)
    /// A field of the header contradicts another.
    case header(field: String, value: UInt64)
    /// The description ends in the middle of a field.
    case descriptionEnds(atByte: Int, reading: String)
    /// The description goes on after its last field.
    case descriptionGoesOn(atByte: Int)
    case text(what: String, atByte: Int)
    case unknownCode(what: String, UInt8, atByte: Int)
    /// The fields of a general operator don't make one.
    case operatorFields(UInt8, atByte: Int)
    case elementRange(output: String, lower: UInt32, upper: UInt32)
    /// A crop that lies nowhere.
    case crop(atByte: Int)
    /// A weight has no finite half-precision value.
    case weightTooLarge(index: Int, value: Float)
    /// Too much of something for its field.
    case tooMany(what: String, count: Int)
    case graph(GraphError)
  }
}

extension ModelFileError.Fault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let reason): "\(call) failed: \(reason)"
    case .notARegularFile: "not a regular file"
    case .empty: "the file is empty"
    case .tooLarge(let size): "\(size) bytes are more than the \(ModelFile.maximumSize) of the largest model"
    case .notAModel: "not a Gurn model (the first eight bytes are not its magic)"
    case .newerVersion(let version):
      "format version \(version) is newer than version \(ModelFile.version), which this program reads; update it"
    case .unknownVersion(let version): "format version \(version) does not exist"
    case .truncated(let byte, let expected): "truncated at byte \(byte) of \(expected)"
    case .trailingBytes(let found, let expected): "\(found) bytes where its header says \(expected)"
    case .checksum(let found, let expected):
      "corrupt: checksum \(hexadecimal(found)) instead of \(hexadecimal(expected))"
    case .header(let field, let value): "the header's \(field) \(value) is impossible"
    case .descriptionEnds(let byte, let field): "the description ends at byte \(byte), inside \(field)"
    case .descriptionGoesOn(let byte): "the description goes on after its end at byte \(byte)"
    case .text(let what, let byte): "\(what) at byte \(byte) is not printable UTF-8"
    case .unknownCode(let what, let code, let byte): "unknown \(what) \(code) at byte \(byte)"
    case .operatorFields(let code, let byte): "the fields at byte \(byte) are not those of operator \(code)"
    case .elementRange(let output, let lower, let upper):
      "output '\(output)': elements \(lower)..<\(upper) are no range"
    case .crop(let byte):
      "the crop at byte \(byte) is none: it needs landmarks below \(LandmarkCrop.maximumLandmark), an offset within "
        + "±\(LandmarkCrop.maximumFactor) and a side above 0, at most \(LandmarkCrop.maximumFactor), mirrored 0 or 1"
    case .weightTooLarge(let index, let value): "weight \(index) is \(value), beyond the ±65504 of half precision"
    case .tooMany(let what, let count): "\(count) \(what) are too many"
    case .graph(let error): "\(error)"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
