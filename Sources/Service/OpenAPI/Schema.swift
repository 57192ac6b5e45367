internal import Networking

/// What a JSON value may be: the part of JSON Schema 2020-12 that the service's documents need.
public indirect enum Schema: Sendable {
    /// A string; `format` as in JSON Schema, `values` when only some strings will do.
    case string(format: String? = nil, values: [String] = [])
    /// A whole number.
    case integer(atLeast: Int? = nil, atMost: Int? = nil)
    /// A number.
    case number(atLeast: Double? = nil, atMost: Double? = nil)
    /// `true` or `false`.
    case boolean
    /// A list.
    case array(Schema, atLeast: Int? = nil, atMost: Int? = nil)
    /// An object; other members than these are refused, unless it is `open`.
    case object([Property], open: Bool = false)
    /// An object with any keys and values of one schema.
    case map(Schema)
    /// The schema of that name among the components.
    case named(String)
    /// Any one of several.
    case anyOf([Schema])
    /// The schema, or `null`.
    case nullable(Schema)
    /// The schema and a sentence about it.
    case described(Schema, String)
    /// Any value.
    case any

    /// One member of an object.
    public struct Property: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool

        /// A member that must be there.
        public static func required(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Property {
            Property(name: name, schema: summary.map { .described(schema, $0) } ?? schema, isRequired: true)
        }

        /// A member that may be left out.
        public static func optional(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Property {
            Property(name: name, schema: summary.map { .described(schema, $0) } ?? schema, isRequired: false)
        }
    }
}

/// A schema that routes name.
public struct NamedSchema: Sendable {
    /// Its name among the components, of letters and digits.
    public var name: String
    /// The schema.
    public var schema: Schema

    /// A schema and its name.
    public init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }
}

// MARK: - JSON

extension Schema {
    /// The schema in the words of JSON Schema.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in writeKeywords(to: &writer) }
    }

    private func writeKeywords(to writer: inout JSONWriter) {
        switch self {
        case .string(let format, let values):
            writer.member("type", "string")
            if let format { writer.member("format", format) }
            if !values.isEmpty { writer.member("enum", values) }
        case .integer(let low, let high):
            writer.member("type", "integer")
            if let low { writer.member("minimum", low) }
            if let high { writer.member("maximum", high) }
        case .number(let low, let high):
            writer.member("type", "number")
            if let low { writer.member("minimum", low) }
            if let high { writer.member("maximum", high) }
        case .boolean: writer.member("type", "boolean")
        case .array(let element, let low, let high):
            writer.member("type", "array")
            if let low { writer.member("minItems", low) }
            if let high { writer.member("maxItems", high) }
            writer.key("items")
            element.write(to: &writer)
        case .object(let properties, let open): Schema.write(properties, open: open, to: &writer)
        case .map(let value):
            writer.member("type", "object")
            writer.key("additionalProperties")
            value.write(to: &writer)
        case .named(let name): writer.member("$ref", "#/components/schemas/\(name)")
        case .anyOf(let schemas): Schema.write(anyOf: schemas, to: &writer)
        case .nullable(let schema):
            writer.key("anyOf")
            writer.array { writer in
                schema.write(to: &writer)
                writer.object { $0.member("type", "null") }
            }
        case .described(let schema, let summary):
            schema.writeKeywords(to: &writer)
            writer.member("description", summary)
        case .any: break
        }
    }

    private static func write(_ properties: [Property], open: Bool, to writer: inout JSONWriter) {
        writer.member("type", "object")
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { writer.member("required", required) }
        writer.key("properties")
        writer.object { writer in
            for property in properties {
                writer.key(property.name)
                property.schema.write(to: &writer)
            }
        }
        if !open { writer.member("additionalProperties", false) }
    }

    private static func write(anyOf schemas: [Schema], to writer: inout JSONWriter) {
        writer.key("anyOf")
        writer.array { writer in for schema in schemas { schema.write(to: &writer) } }
    }
}
