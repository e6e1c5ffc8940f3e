import pytest

from local.template import MissingParameterError, Physical, Template, UnknownIntrinsicError, UnknownReferenceError


def template(**parts):
    read = Template({"Resources": {}, **parts}, {"Given": "from outside"})
    read.placed["Table"] = Physical("table-1", {"Arn": "arn:table-1"})
    return read


PARAMETERS = {
    "Parameters": {"Given": {"Type": "String", "Default": "d"}, "Kept": {"Type": "Number", "Default": 7}, "Bare": {}}
}


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "Table"}, "table-1"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Given"}, "from outside"),
        ({"Ref": "Kept"}, "7"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:table-1"),
        ({"Fn::GetAtt": "Table.Arn"}, "arn:table-1"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Table"}]]}, "a-table-1"),
        ({"Fn::Sub": "${Table}/${Table.Arn}/${AWS::AccountId}/${!Kept}"}, "table-1/arn:table-1/123456789012/${Kept}"),
        ({"Fn::Sub": ["${Here}!", {"Here": {"Ref": "Table"}}]}, "table-1!"),
        ({"Fn::Select": ["1", {"Fn::Split": ["-", {"Ref": "Table"}]}]}, "1"),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"kept": True, "dropped": {"Ref": "AWS::NoValue"}}, {"kept": True}),
        ({"Condition": {"Bool": {"a": "b"}}}, {"Condition": {"Bool": {"a": "b"}}}),
    ],
)
def test_an_intrinsic_becomes_what_cloudformation_makes_of_it(value, resolved):
    assert template(**PARAMETERS).resolve(value) == resolved


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"Fn::Equals": [{"Ref": "Given"}, "from outside"]}, True),
        ({"Fn::Not": [{"Fn::Equals": ["a", "a"]}]}, False),
        ({"Fn::And": [{"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}]}, False),
        ({"Fn::Or": [{"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}]}, True),
        ({"Condition": "Always"}, True),
    ],
)
def test_a_condition_decides_about_values_and_resources(condition, holds):
    always = {"Fn::Equals": ["a", "a"]}
    read = template(
        **PARAMETERS,
        Conditions={"Always": always, "Asked": condition},
        Resources={"Maybe": {"Type": "T", "Condition": "Asked"}},
    )

    assert read.resolve({"Fn::If": ["Asked", "yes", "no"]}) == ("yes" if holds else "no")
    assert bool(list(read.resources("T"))) is holds


def test_a_map_is_looked_up():
    read = template(Mappings={"Sizes": {"small": {"memory": 128}}})

    assert read.resolve({"Fn::FindInMap": ["Sizes", "small", "memory"]}) == 128
    with pytest.raises(UnknownReferenceError, match="Sizes has no large"):
        read.resolve({"Fn::FindInMap": ["Sizes", "large", "memory"]})


def test_an_intrinsic_that_is_not_understood_is_an_error_that_names_it():
    with pytest.raises(UnknownIntrinsicError, match="Fn::Cidr"):
        template().resolve({"deep": [{"Fn::Cidr": ["10.0.0.0/16", 1, 8]}]})


@pytest.mark.parametrize(
    "value", ["{{resolve:secretsmanager:x}}", {"Fn::Join": ["", ["{{resolve:secretsmanager:", "x}}"]]}]
)
def test_a_dynamic_reference_is_an_error_and_not_a_text(value):
    with pytest.raises(UnknownIntrinsicError, match="resolve:secretsmanager"):
        template().resolve(value)


@pytest.mark.parametrize(
    "value", [{"Ref": "Nobody"}, {"Fn::GetAtt": ["Table", "Nothing"]}, {"Fn::If": ["Never", 1, 2]}]
)
def test_a_reference_to_what_is_not_there_is_an_error(value):
    with pytest.raises(UnknownReferenceError):
        template().resolve(value)


def test_a_parameter_without_value_is_named():
    with pytest.raises(MissingParameterError, match="Bare"):
        template(**PARAMETERS).resolve({"Ref": "Bare"})
