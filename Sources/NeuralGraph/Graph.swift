/// A small feed-forward network: one input (or several behind one another), nodes in order of execution, named outputs.
///
/// Value 0 is the input; node `i` makes value `i + 1` and reads only values before it, so a cycle can't be written down.
package struct Graph: Sendable {
  /// An operator and the values it reads.
  package struct Node: Sendable, Equatable {
    package var name: String
    package var operation: Operator
    /// One value, two for `add`, and as many as they need for general operators.
    package var inputs: [Int]

    package init(name: String, operation: Operator, inputs: [Int]) {
      self.name = name
      self.operation = operation
      self.inputs = inputs
    }
  }

  /// The image that the network reads: a square or upright crop of the luma plane.
  package struct Input: Sendable, Equatable {
    package var name: String
    package var shape: TensorShape
    /// How the luma crop (0…1) becomes the network's input.
    package var normalization: Normalization

    package init(name: String, shape: TensorShape, normalization: Normalization) {
      self.name = name
      self.shape = shape
      self.normalization = normalization
    }
  }

  /// Light normalisation of a crop, over all its pixels.
  package enum Normalization: UInt8, Sendable {
    /// Luma as it is, 0…1.
    case none = 0
    /// (x − mean) / (standard deviation + 0.01), with the population standard deviation.
    case meanVariance = 1
  }

  /// A named run of one value's elements, with its unit.
  package struct Output: Sendable, Equatable {
    /// What it is, such as `landmarks` or `blendshapes`.
    package var name: String
    /// Such as `window` (−1…1 across the crop), `logit`, `weight`, `radian`, or empty.
    package var unit: String
    /// The value it is part of.
    package var value: Int
    /// The elements of that value, in C, H, W order.
    package var range: Range<Int>
    /// A name for each element where they differ (the 52 names, say), else empty.
    package var elementNames: [String]

    package init(name: String, unit: String, value: Int, range: Range<Int>, elementNames: [String]) {
      self.name = name
      self.unit = unit
      self.value = value
      self.range = range
      self.elementNames = elementNames
    }
  }

  /// One of several inputs: a named run of value 0's elements.
  package struct InputPart: Sendable, Equatable {
    package var name: String
    package var range: Range<Int>

    package init(name: String, range: Range<Int>) {
      self.name = name
      self.range = range
    }
  }

  package var name: String
  package var input: Input
  /// The inputs that value 0 holds one after the other, for a network that has several; else empty.
  package var inputParts: [InputPart]
  package var nodes: [Node]
  package var outputs: [Output]
  /// Where the network looks, for one that reads parts of a face at landmarks; empty for others, or where its user knows.
  package var crops: [LandmarkCrop]
  /// All weights and biases, rounded to half precision in the model file.
  package var weights: [Float]

  package init(
    name: String, input: Input, inputParts: [InputPart] = [], nodes: [Node], outputs: [Output],
    crops: [LandmarkCrop] = [], weights: [Float]
  ) {
    self.name = name
    self.input = input
    self.inputParts = inputParts
    self.nodes = nodes
    self.outputs = outputs
    self.crops = crops
    self.weights = weights
  }

  /// The output of that name, or nil.
  package func output(named name: String) -> Output? { outputs.first { $0.name == name } }
}
