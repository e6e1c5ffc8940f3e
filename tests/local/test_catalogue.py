import pytest

from infra.synth import template as synthesised
from local import catalogue
from local.template import Template
from tests.local import fragment


def test_a_resource_type_that_nobody_knows_is_an_error_that_names_it():
    template = fragment.template()
    template["Resources"]["Dish"] = fragment.resource("GroundStation::Config")

    with pytest.raises(catalogue.UnknownResourceTypeError, match="AWS::GroundStation::Config"):
        catalogue.check(Template(template))


def test_each_type_is_either_run_or_not_run_for_a_reason():
    run = catalogue.CREATED | catalogue.PLAYED.keys()

    assert not run & catalogue.NOT_RUN.keys()
    assert all(len(reason) > 10 for reason in catalogue.NOT_RUN.values())


def test_everything_in_the_projects_own_template_is_known():
    catalogue.check(Template(synthesised()))


def test_a_functions_alias_leads_to_the_function():
    template = fragment.template()
    template["Resources"]["Live"] = fragment.resource("Lambda::Alias", FunctionName={"Ref": "ApiFunction"}, Name="live")
    read = Template(template)

    catalogue.place(read)

    assert read.resolve({"Ref": "Live"}) == read.resolve({"Fn::GetAtt": ["ApiFunction", "Arn"]})
